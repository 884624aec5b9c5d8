"""The figures the house promises: `make mesures` prints them at full size, CI counts at a hundredth."""
