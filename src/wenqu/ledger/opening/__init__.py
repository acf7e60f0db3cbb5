"""Problems that a source found by looking over a whole area."""
