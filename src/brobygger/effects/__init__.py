"""What the mentorships led to: figures made at night, stored, and shown to leaders without giving anybody away."""
