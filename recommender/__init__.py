"""The act: intake, screening, eligibility, building, solving, explaining, rendering."""
