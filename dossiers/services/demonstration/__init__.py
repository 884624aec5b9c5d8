"""An invented city: families, present children and requests, all drawn from one seed."""
