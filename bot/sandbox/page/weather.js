// Telegram's bad days as one can switch them on, each with what will happen. The kinds are the town's.

export const WEATHER = [
  { kind: "slow", name: "slow", title: "Slow", says: "Every call takes three seconds longer.", settings: { delay_s: 3, times: 0 } },
  { kind: "502", name: "failing", title: "Failing", says: "Every call is answered with an error page, and nothing is done.", settings: { times: 0 } },
  { kind: "429", name: "too many requests", title: "Too many requests", says: "Every call is told to wait five seconds.", settings: { method: "*", retry_after_s: 5, times: 0 } },
  { kind: "lost", name: "lost answers", title: "Lost answers", says: "What the bot asks is done, but it never hears so.", settings: { times: 0 } },
  { kind: "duplicate", name: "everything twice", title: "Everything twice", says: "What the bot has read is delivered to it once more.", settings: { times: 0 } },
  { kind: "hang", name: "silent", title: "Silent", says: "Telegram takes every call and never answers.", settings: { times: 0 } },
  { kind: "storm", name: "a storm", title: "Storm", says: "A third of all calls fails, each in another way.", settings: {} },
  { kind: "outage", name: "down", title: "Everything down", says: "Nobody reaches Telegram until this is switched off.", settings: {} },
];

/** A misfortune in a word or two. */
export const nameOf = (kind) => WEATHER.find((each) => each.kind === kind)?.name ?? kind;
