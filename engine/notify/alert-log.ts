import type { ToldAlert } from "./told-alert.ts";

/** An alert that is committed. */
export interface LoggedAlert {
  readonly alert: ToldAlert;
  /** When it was committed, epoch ms; when it was found where the log does not tell. */
  readonly loggedMs: number;
}

/** Reads committed alerts, in the order of each part of the log. */
export interface AlertReader extends AsyncDisposable {
  /** Undefined when `signal` aborts first. Nothing is read further ahead than a little. */
  next(signal: AbortSignal): Promise<LoggedAlert | undefined>;
  /** Nothing more is to be done about it. What is not settled is read again by the next reader of the same route, and a little of what is. */
  settle(logged: LoggedAlert): void;
  /** All that is committed was handed out; of what a broker has, all that has come from it. */
  readonly isAtEnd: boolean;
  /** Resolves once all that is committed by now has come, or `signal` aborts. Absent where there is no way. */
  comeToEnd?(signal: AbortSignal): Promise<void>;
}

/** Where committed alerts are. Adapters: a topic of Kafka, files of a state, memory. */
export interface AlertLog extends AsyncDisposable {
  /** A sentence for people: what is lost with the process. */
  readonly promise: string;
  /** From where the route has come to; from the present on where it is a new one, and that place is kept before this resolves. */
  follow(route: string): Promise<AlertReader>;
  /** Newest ones, about as many as a desk remembers, and those that come. Nothing is settled. */
  tail(): Promise<AlertReader>;
}
