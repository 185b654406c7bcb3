"""Readers of data sets that only benchmarks use; whatever a catalogue can hold comes through `reelation.sources`."""
