// What counts for somebody: a weight a facet, kept here, written into the address of every list that is opened.

import { kept } from "./kept";

export const ownWeights = kept<Record<string, number>>("weights", {}, isWeights);

function isWeights(value: unknown): value is Record<string, number> {
  return typeof value === "object" && value !== null && Object.values(value).every((one) => typeof one === "number");
}
