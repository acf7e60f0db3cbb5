"""What somebody must do today: the problems that wait for a step that this person may take."""
