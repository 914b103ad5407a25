// Counters and a histogram for the way of every call. The metrics library takes more time to count a
// call than most tools take to answer it, so these count in plain maps and arrays and give their
// values to the library's registry when somebody looks.

import type { Metric, Registry } from "prom-client";

/** A name and a help text, as the catalogue gives them. */
export interface TallyNames {
  readonly name: string;
  readonly help: string;
}

/** Counts by two labels whose values are names of ours. */
export class PairCounter<First extends string, Second extends string> {
  readonly #counts = new Map<string, Map<string | number, number>>();

  constructor(names: TallyNames, labels: readonly [First, Second], registry: Registry) {
    register(registry, { ...names, type: "counter" }, () => this.#values(names.name, labels));
  }

  /** Counts one. */
  add(first: string, second: string | number): void {
    let bySecond = this.#counts.get(first);
    if (bySecond === undefined) this.#counts.set(first, bySecond = new Map());
    bySecond.set(second, (bySecond.get(second) ?? 0) + 1);
  }

  #values(metricName: string, [first, second]: readonly [First, Second]): Sample[] {
    return [...this.#counts].flatMap(([firstValue, bySecond]) =>
      [...bySecond].map(([secondValue, value]) => ({
        metricName,
        labels: { [first]: firstValue, [second]: secondValue },
        value,
      }))
    );
  }
}

interface Distribution {
  /** Observations by bucket, the last one for those above all bounds. */
  readonly counts: Float64Array;
  sum: number;
}

/** Options of LabelledHistogram. */
export interface HistogramOptions extends TallyNames {
  readonly label: string;
  /** Upper bounds, ascending. */
  readonly buckets: readonly number[];
}

/** A histogram by one label. */
export class LabelledHistogram {
  readonly #options: HistogramOptions;
  readonly #distributions = new Map<string, Distribution>();

  constructor(options: HistogramOptions, registry: Registry) {
    this.#options = options;
    const { name, help } = options;
    register(registry, { name, help, type: "histogram" }, () => this.#values());
  }

  /** Notes one observation. */
  observe(labelValue: string, value: number): void {
    const { buckets } = this.#options;
    let distribution = this.#distributions.get(labelValue);
    if (distribution === undefined) {
      distribution = { counts: new Float64Array(buckets.length + 1), sum: 0 };
      this.#distributions.set(labelValue, distribution);
    }
    let at = 0;
    while (value > (buckets[at] ?? Infinity)) at++;
    distribution.counts[at] = (distribution.counts[at] ?? 0) + 1;
    distribution.sum += value;
  }

  #values(): Sample[] {
    const { name, label, buckets } = this.#options;
    return [...this.#distributions].flatMap(([labelValue, { counts, sum }]) => {
      const labels = { [label]: labelValue };
      let count = 0;
      const samples: Sample[] = [...buckets, Infinity].map((bound, at) => {
        count += counts[at] ?? 0;
        const le = bound === Infinity ? "+Inf" : bound;
        return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count };
      });
      samples.push({ metricName: `${name}_sum`, labels, value: sum });
      samples.push({ metricName: `${name}_count`, labels, value: count });
      return samples;
    });
  }
}

/** One line of the text form. */
interface Sample {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

interface Registration extends TallyNames {
  readonly type: "counter" | "histogram";
}

function register(
  registry: Registry,
  registration: Registration,
  values: () => readonly Sample[],
): void {
  const get = () => Promise.resolve({ ...registration, aggregator: "sum", values: values() });
  // The registry asks nothing of a metric but its name and get(); its type names the library's classes.
  registry.registerMetric({ name: registration.name, get } as unknown as Metric);
}
