/** The token with which tests read `/metrics`. */
export const METRICS_TOKEN = 'a token for the metrics of tests'.replaceAll(' ', '-')

/** Reads one value from `/metrics`, such as `prebook_streams_open{subject="prebooks"}`; null when it is missing. */
export async function readGauge(url: string, name: string): Promise<number | null> {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })
  const line = (await response.text()).split('\n').find((each) => each.startsWith(`${name} `))
  return line === undefined ? null : Number(line.slice(name.length + 1))
}
