import { type Attributes, type Meter, metrics } from '@opentelemetry/api';

/** Values of metric attributes are words from a short list. Ids, addresses and texts belong in the log record. */
export type AttributeValue = string | boolean;

interface InstrumentOptions<Attribute extends string> {
  /** `<service>.<noun>.<past verb>`, for example `vault.key.revoked`. */
  readonly name: string;
  readonly description: string;
  /** UCUM: `s`, `By`, `{request}`. */
  readonly unit?: string;
  /** The only attributes that are recorded. */
  readonly attributes: readonly Attribute[];
}

type Given<Attribute extends string> = Readonly<Partial<Record<Attribute, AttributeValue>>>;

/** A sum that only grows. */
export interface Counter<Attribute extends string> {
  add(value: number, attributes?: Given<Attribute>): void;
}

/** A distribution of values. */
export interface Histogram<Attribute extends string> {
  record(value: number, attributes?: Given<Attribute>): void;
}

/** One value of a gauge at the moment of asking. */
export interface Observation<Attribute extends string> {
  readonly value: number;
  readonly attributes?: Given<Attribute>;
}

const LONGEST_VALUE = 64;

const closed = <Attribute extends string>(
  names: readonly Attribute[],
  given: Given<Attribute> | undefined,
): Attributes => {
  const attributes: Attributes = {};
  for (const name of names) {
    const value = given?.[name];
    if (value !== undefined) attributes[name] = typeof value === 'string' ? value.slice(0, LONGEST_VALUE) : value;
  }
  return attributes;
};

/** Instruments are made at their first use: the API hands out inert ones before a provider is registered. */
const lazily = <Instrument>(make: (meter: Meter) => Instrument): (() => Instrument) => {
  let instrument: Instrument | undefined;
  return () => (instrument ??= make(metrics.getMeter('keyledger')));
};

const metadata = ({ description, unit }: InstrumentOptions<string>): { description: string; unit?: string } => ({
  description,
  ...(unit === undefined ? {} : { unit }),
});

/** A sum that only grows. May be declared at module level. Never throws. */
export const counter = <const Attribute extends string>(options: InstrumentOptions<Attribute>): Counter<Attribute> => {
  const instrument = lazily((meter) => meter.createCounter(options.name, metadata(options)));
  return { add: (value, attributes) => instrument().add(value, closed(options.attributes, attributes)) };
};

/** Bounds for durations in seconds: from a query of a millisecond to a call that is given up. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** A distribution, of durations in seconds by default. May be declared at module level. Never throws. */
export const histogram = <const Attribute extends string>(
  options: InstrumentOptions<Attribute> & { readonly boundaries?: readonly number[] },
): Histogram<Attribute> => {
  const advice = { explicitBucketBoundaries: [...(options.boundaries ?? SECONDS)] };
  const instrument = lazily((meter) =>
    meter.createHistogram(options.name, { unit: 's', advice, ...metadata(options) }),
  );
  return { record: (value, attributes) => instrument().record(value, closed(options.attributes, attributes)) };
};

/**
 * A value that is asked for whenever metrics are read; several observations differ by their attributes. Call it when the
 * process has started. A failing `observe` leaves the value out.
 */
export const gauge = <const Attribute extends string>(
  options: InstrumentOptions<Attribute> & {
    observe(): number | readonly Observation<Attribute>[] | Promise<number | readonly Observation<Attribute>[]>;
  },
): void => {
  metrics
    .getMeter('keyledger')
    .createObservableGauge(options.name, metadata(options))
    .addCallback(async (result) => {
      try {
        const observed = await options.observe();
        const observations = typeof observed === 'number' ? [{ value: observed }] : observed;
        for (const { value, attributes } of observations as readonly Observation<Attribute>[])
          result.observe(value, closed(options.attributes, attributes));
      } catch {
        // Metrics say nothing about what cannot be asked now; health checks do.
      }
    });
};
