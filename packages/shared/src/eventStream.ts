/** The milliseconds after which the server writes a ping to a silent event stream. */
export const eventStreamPingMs = 15_000;
