"""The commands and the processes: `gradtape serve`, `gradtape admin`, and how long they wait."""
