#!/usr/bin/env bash
# An Apache Kafka broker (one node, KRaft) on 127.0.0.1, from Maven Central's jars and Java 17.
# usage: kafka.sh fetch | start | stop | status | wipe
#   KAFKA_PORT             port of the clients (19092)
#   KAFKA_CONTROLLER_PORT  port of the controller (KAFKA_PORT + 1)
#   KAFKA_DIR              data, log and pid of this broker (./run); wipe deletes it
#   KAFKA_HEAP             Java heap (512m)
#   KAFKA_JAVA             further options of its Java (-XX:TieredStopAtLevel=1: it starts sooner; for load set none)
#   KAFKA_PROPERTIES       a file of properties that are added to the broker's, and win
#   KAFKA_FORMAT           further arguments of `kafka-storage format`, one a line
#   KAFKA_OWNER            a process id: the broker ends by itself when that process is gone
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
port=${KAFKA_PORT:-19092}
controller_port=${KAFKA_CONTROLLER_PORT:-$((port + 1))}
dir=${KAFKA_DIR:-$here/run}
heap=${KAFKA_HEAP:-512m}
read -ra options <<< "${KAFKA_JAVA--XX:TieredStopAtLevel=1}"
libs=$here/target/libs
classes=$here/target/classes.jsa
cluster_id=bWFuZ3JvdmUtdGVzdHMtMQ # any 16 bytes in base64url

fetch() {
  [ -f "$libs/.done" ] && return
  mvn -B -q -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$libs" -DincludeScope=runtime >&2
  touch "$libs/.done"
}

# Where pid 1 reaps slowly a killed broker stays a zombie for a while, and `kill -0` still finds it.
running() { case "$(ps -o stat= -p "$1" 2>/dev/null)" in '' | Z*) return 1 ;; esac; }
alive() { [ -f "$dir/pid" ] && running "$(cat "$dir/pid")"; }

configure() {
  mkdir -p "$dir"
  cat > "$dir/server.properties" <<P
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller_port
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller_port
advertised.listeners=PLAINTEXT://127.0.0.1:$port
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs=$dir/data
auto.create.topics.enable=false
num.network.threads=2
num.io.threads=4
background.threads=2
log.cleaner.dedupe.buffer.size=16777216
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=4
group.initial.rebalance.delay.ms=0
group.consumer.heartbeat.interval.ms=1000
group.consumer.min.heartbeat.interval.ms=500
group.consumer.min.session.timeout.ms=2000
group.consumer.session.timeout.ms=6000
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
P
  [ -z "${KAFKA_PROPERTIES:-}" ] || cat "$KAFKA_PROPERTIES" >> "$dir/server.properties"
  cat > "$dir/log4j2.properties" <<'P'
status=error
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=[%d] %p %m (%c)%n
rootLogger.level=warn
rootLogger.appenderRef.out.ref=out
logger.started.name=kafka.server.KafkaRaftServer
logger.started.level=info
P
}

format() {
  [ -f "$dir/data/meta.properties" ] && return
  local arguments=()
  [ -z "${KAFKA_FORMAT:-}" ] || mapfile -t arguments <<< "$KAFKA_FORMAT"
  java -Xmx128m -XX:SharedArchiveFile="$classes" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$libs/*" \
    -Dlog4j2.configurationFile="$dir/log4j2.properties" \
    kafka.tools.StorageTool format -t "$cluster_id" -c "$dir/server.properties" "${arguments[@]}" > "$dir/format.log" 2>&1 ||
    { cat "$dir/format.log" >&2; exit 1; }
}

# Ends the broker once its owner is gone, so that a killed test run leaves nothing behind.
watch_owner() {
  [ -n "${KAFKA_OWNER:-}" ] || return 0
  local pid=$1
  (while running "$KAFKA_OWNER" && running "$pid"; do sleep 1; done; kill "$pid" 2>/dev/null) \
    > /dev/null 2>&1 < /dev/null &
}

# Runs the broker, with these options of its Java, and waits until it serves.
launch() {
  configure
  format
  [ ! -f "$dir/broker.log" ] || cat "$dir/broker.log" >> "$dir/broker-before.log"
  : > "$dir/broker.log"
  # In a session of its own where there is setsid, so that Ctrl-C ends the tests before their broker.
  $(command -v setsid || true) java -Xms"$heap" -Xmx"$heap" -XX:+UseSerialGC -Djava.awt.headless=true "$@" \
    -Dlog4j2.configurationFile="$dir/log4j2.properties" \
    -cp "$libs/*" kafka.Kafka "$dir/server.properties" >> "$dir/broker.log" 2>&1 < /dev/null &
  local pid=$!
  echo "$pid" > "$dir/pid"
  watch_owner "$pid"
  for _ in $(seq 1800); do
    if grep -q 'Kafka Server started' "$dir/broker.log"; then return; fi
    running "$pid" || { cat "$dir/broker.log" >&2; exit 1; }
    sleep 0.1
  done
  echo 'kafka did not start within 3 minutes' >&2
  tail -50 "$dir/broker.log" >&2
  stop
  exit 1
}

# A first broker, of a moment, leaves its loaded classes (JEP 350), with which the others start in half the time.
keep_classes() (
  dir=$(mktemp -d "$here/target/first-XXXXXX")
  launch -XX:ArchiveClassesAtExit="$dir/classes.jsa"
  kill "$(cat "$dir/pid")"
  while alive; do sleep 0.1; done
  [ ! -f "$dir/classes.jsa" ] || mv "$dir/classes.jsa" "$classes"
  rm -rf "$dir"
)

start() {
  fetch
  if alive; then echo "already running, pid $(cat "$dir/pid")"; return; fi
  [ -f "$classes" ] || keep_classes
  launch -XX:SharedArchiveFile="$classes" "${options[@]}"
  echo "kafka up: 127.0.0.1:$port pid $(cat "$dir/pid")"
}

stop() {
  alive || { rm -f "$dir/pid"; return 0; }
  local pid
  pid=$(cat "$dir/pid")
  kill "$pid"
  for _ in $(seq 150); do running "$pid" || { rm -f "$dir/pid"; return 0; }; sleep 0.1; done
  kill -9 "$pid"
  rm -f "$dir/pid"
}

case ${1:-} in
  fetch) fetch ;;
  start) start ;;
  stop) stop ;;
  status) if alive; then echo "running, pid $(cat "$dir/pid"), port $port"; else echo stopped; exit 1; fi ;;
  wipe) stop; rm -rf "$dir" ;;
  *) sed -n 2,10p "$0"; exit 2 ;;
esac
