import com.fasterxml.jackson.annotation.JsonProperty;
import biz.k11i.xgboost.util.FVec;
import com.fasterxml.jackson.databind.*;
import java.io.FileInputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.atomic.AtomicLong;
import ml.dmlc.xgboost4j.java.*;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.*;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.*;
import org.apache.kafka.streams.kstream.*;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.*;

/**
 * Kafka Streams beside the engine: `Peer KIND GUARANTEE`, the rest by environment as for the peers in Python. `predictions`: the 12 fields of a reading to a probability by XGBoost4J, batches of 256, a record each. `predictions-java`: the same, reading by reading, by a
 * predictor in plain Java. `windows`: per sensor windows of 5 minutes every minute, 13 aggregates, a record when a window closes. Prints a line of JSON when it takes in the first reading, half of them, and the last.
 */
public class Peer {
  static final ObjectMapper MAPPER = new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

  public static class Reading {
    @JsonProperty("UTC") public double utc;
    @JsonProperty("Temperature[C]") public float temperature;
    @JsonProperty("Humidity[%]") public float humidity;
    @JsonProperty("TVOC[ppb]") public float tvoc;
    @JsonProperty("eCO2[ppm]") public float eco2;
    @JsonProperty("Raw H2") public float h2;
    @JsonProperty("Raw Ethanol") public float ethanol;
    @JsonProperty("Pressure[hPa]") public float pressure;
    @JsonProperty("PM1.0") public float pm1;
    @JsonProperty("PM2.5") public float pm25;
    @JsonProperty("NC0.5") public float nc05;
    @JsonProperty("NC1.0") public float nc1;
    @JsonProperty("NC2.5") public float nc25;

    float[] row() {
      return new float[] {temperature, humidity, tvoc, eco2, h2, ethanol, pressure, pm1, pm25, nc05, nc1, nc25};
    }
  }

  public record Prediction(String sensor_id, double UTC, float probability, boolean alarm) {}

  /** Count, and of three fields sum, sum of squares, least and greatest. */
  static class Aggregate {
    long count;
    final double[] sums = new double[12];

    Aggregate() {
      for (int field = 0; field < 3; field++) {
        sums[field * 4 + 2] = Double.MAX_VALUE;
        sums[field * 4 + 3] = -Double.MAX_VALUE;
      }
    }

    Aggregate add(Reading reading) {
      count++;
      add(0, reading.temperature);
      add(4, reading.humidity);
      add(8, reading.pm25);
      return this;
    }

    private void add(int at, double value) {
      sums[at] += value;
      sums[at + 1] += value * value;
      sums[at + 2] = Math.min(sums[at + 2], value);
      sums[at + 3] = Math.max(sums[at + 3], value);
    }

    Map<String, Object> toMap(String sensor, long start) {
      Map<String, Object> out = new LinkedHashMap<>(Map.of("sensor_id", sensor, "start", start, "count", count));
      String[] names = {"temperature", "humidity", "pm25"};
      for (int field = 0; field < 3; field++) {
        double mean = sums[field * 4] / count;
        out.put(names[field] + "_mean", mean);
        out.put(names[field] + "_stddev", Math.sqrt(Math.max(sums[field * 4 + 1] / count - mean * mean, 0)));
        out.put(names[field] + "_min", sums[field * 4 + 2]);
        out.put(names[field] + "_max", sums[field * 4 + 3]);
      }
      return out;
    }
  }

  static final Serde<Aggregate> AGGREGATE = Serdes.serdeFrom(
      (topic, aggregate) -> {
        if (aggregate == null) return null;
        ByteBuffer bytes = ByteBuffer.allocate(104).putLong(aggregate.count);
        for (double sum : aggregate.sums) bytes.putDouble(sum);
        return bytes.array();
      },
      (topic, given) -> {
        if (given == null) return null;
        ByteBuffer bytes = ByteBuffer.wrap(given);
        Aggregate aggregate = new Aggregate();
        aggregate.count = bytes.getLong();
        for (int i = 0; i < 12; i++) aggregate.sums[i] = bytes.getDouble();
        return aggregate;
      });

  static <T> Serde<T> json(Class<T> type) {
    ObjectReader reader = MAPPER.readerFor(type);
    ObjectWriter writer = MAPPER.writer();
    return Serdes.serdeFrom(
        (topic, value) -> unchecked(() -> value == null ? null : writer.writeValueAsBytes(value)),
        (topic, bytes) -> unchecked(() -> bytes == null ? null : reader.<T>readValue(bytes)));
  }

  interface Throwing<T> {
    T get() throws Exception;
  }

  static <T> T unchecked(Throwing<T> work) {
    try {
      return work.get();
    } catch (Exception e) {
      throw new RuntimeException(e);
    }
  }

  static final AtomicLong taken = new AtomicLong();
  static final long READINGS = Long.parseLong(System.getenv("READINGS"));

  static void take(long count) {
    long before = taken.getAndAdd(count), now = before + count;
    if (before == 0) reached("first");
    if (before < READINGS / 2 && now >= READINGS / 2) reached("half");
    if (before < READINGS && now >= READINGS) reached("end");
  }

  static void reached(String point) {
    System.out.printf(Locale.ROOT, "{\"reached\":\"%s\",\"at\":%.3f}%n", point, System.currentTimeMillis() / 1e3);
    System.out.flush();
  }

  /** Up to 256 readings, or those of 20 ms, by one call of XGBoost. */
  static class Predictor extends ContextualProcessor<String, Reading, String, Prediction> {
    static final int MOST = 256;
    final String model;
    final List<Record<String, Reading>> waiting = new ArrayList<>();
    Booster booster;

    Predictor(String model) {
      this.model = model;
    }

    @Override
    public void init(ProcessorContext<String, Prediction> context) {
      super.init(context);
      booster = unchecked(() -> XGBoost.loadModel(model));
      unchecked(() -> {
        booster.setParam("nthread", 1);
        return null;
      });
      context.schedule(Duration.ofMillis(20), PunctuationType.WALL_CLOCK_TIME, time -> predict());
    }

    @Override
    public void process(Record<String, Reading> record) {
      waiting.add(record);
      if (waiting.size() == MOST) predict();
    }

    void predict() {
      int rows = waiting.size();
      if (rows == 0) return;
      float[] values = new float[rows * 12];
      for (int i = 0; i < rows; i++) System.arraycopy(waiting.get(i).value().row(), 0, values, i * 12, 12);
      float[][] found = unchecked(() -> booster.inplace_predict(values, rows, 12, Float.NaN));
      for (int i = 0; i < rows; i++) {
        float probability = rows == 1 ? found[0][0] : found[i][0];
        Record<String, Reading> record = waiting.get(i);
        context().forward(record.withValue(new Prediction(record.key(), record.value().utc, probability, probability > 0.5f)));
      }
      waiting.clear();
      take(rows);
    }
  }

  public static void main(String[] words) throws Exception {
    String kind = words[0];
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, System.getenv("GROUP"));
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, System.getenv("SERVERS"));
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, words[1]);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1000);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, System.getenv("STATE"));
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    String output = System.getenv("OUTPUT");
    StreamsBuilder builder = new StreamsBuilder();
    TimestampExtractor eventTime = (record, before) -> (long) (((Reading) record.value()).utc * 1000);
    KStream<String, Reading> in = builder.stream(System.getenv("INPUT"), Consumed.with(Serdes.String(), json(Reading.class)).withTimestampExtractor(eventTime));
    if (kind.equals("predictions")) {
      in.process(() -> new Predictor(System.getenv("MODEL"))).to(output, Produced.with(Serdes.String(), json(Prediction.class)));
    } else if (kind.equals("predictions-java")) {
      var forest = new biz.k11i.xgboost.Predictor(new FileInputStream(System.getenv("MODEL_BINARY")));
      in.mapValues((sensor, reading) -> {
        float probability = forest.predictSingle(FVec.Transformer.fromArray(reading.row(), false));
        take(1);
        return new Prediction(sensor, reading.utc, probability, probability > 0.5f);
      }).to(output, Produced.with(Serdes.String(), json(Prediction.class)));
    } else {
      TimeWindows windows = TimeWindows.ofSizeAndGrace(Duration.ofMinutes(5), Duration.ZERO).advanceBy(Duration.ofMinutes(1));
      Materialized<String, Aggregate, WindowStore<Bytes, byte[]>> store = Materialized.<String, Aggregate, WindowStore<Bytes, byte[]>>as("windows").withKeySerde(Serdes.String()).withValueSerde(AGGREGATE);
      in.groupByKey(Grouped.with(Serdes.String(), json(Reading.class)))
          .windowedBy(windows)
          .emitStrategy(EmitStrategy.onWindowClose())
          .aggregate(Aggregate::new, (sensor, reading, aggregate) -> aggregate.add(reading), store)
          .toStream()
          .map((window, aggregate) -> KeyValue.pair(window.key(), (Object) aggregate.toMap(window.key(), window.window().start())))
          .to(output, Produced.with(Serdes.String(), json(Object.class)));
      in.foreach((sensor, reading) -> take(1));
    }
    KafkaStreams streams = new KafkaStreams(builder.build(), settings);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> streams.close(Duration.ofSeconds(3))));
    streams.start();
  }
}
