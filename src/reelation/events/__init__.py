"""Events of viewers, kept for good: what somebody rated, watched, liked, wants or hides, as it happens.

    Event  ->  EventStore.put  ->  SQLite or PostgreSQL  ->  a viewer's history at once, training later

What `put` has answered is on disk. Nothing here knows of HTTP, of an engine or of a catalogue.
"""

STORED = "stored"
"""Name of the event store as a source of an atlas."""
