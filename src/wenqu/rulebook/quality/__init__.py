"""Water quality without any database: plans, what laboratories write, and judging."""
