"""Quality control of the laboratory's work: blanks, parallels and spikes in charts, and the limits that a county goes by."""
