"""7. the waist: one folder that the building half writes and the answering half reads; numpy only."""
