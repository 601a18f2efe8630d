"""A PDF, or a picture of a drawing, as linework: vectors where it has them, pixels where it does not."""
