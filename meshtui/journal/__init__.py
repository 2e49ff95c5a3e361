"""The journal: everything that happened, in order, bounded, filtered, subscribed to and exported."""
