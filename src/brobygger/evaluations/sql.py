"""What the database itself guards: a registered protocol stands, a draw is made once, and nobody is put in after it."""

FROZEN = (
    "design", "name", "question", "outcome", "horizon_weeks", "subgroups", "base", "relevant", "people", "places",
    "strata", "not_drawn", "protocol", "consent_text", "first_month", "months", "per_month", "between", "is_by_lot",
    "units", "seed", "seed_sha256", "protocol_sha256", "power", "registered_at", "registered_by_id",
)  # fmt: skip
"""Columns of an evaluation that never change again once it is registered."""
DRAWN = ("drawn_at", "drawn_by_id", "frame_sha256", "start_plan")
"""Columns that the draw, or the start, writes once."""
KEPT = ("evaluation_id", "citizen_id", "public_id", "stratum", "target_group", "consented_on")
"""Columns of a candidate that never change."""


def _same(columns: tuple[str, ...]) -> str:
    old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("old", "new"))
    return f"row({old}) is not distinct from row({new})"


DRAFTS_ONLY = """
create or replace function evaluations_only_drafts_go() returns trigger language plpgsql as $$
begin
  if old.state <> 'DRAFT' then
    raise exception 'what is registered is never deleted'
      using errcode = 'check_violation', constraint = 'evaluation_only_drafts_go';
  end if;
  return old;
end $$;
create trigger evaluation_only_drafts_go before delete on evaluations_evaluation
  for each row execute function evaluations_only_drafts_go();
"""
DROP_DRAFTS_ONLY = """
drop trigger if exists evaluation_only_drafts_go on evaluations_evaluation;
drop function if exists evaluations_only_drafts_go();
"""
FUNCTIONS = f"""
create or replace function evaluations_protocol_stands() returns trigger language plpgsql as $$
begin
  if old.state <> 'DRAFT' and not ({_same(FROZEN)}) then
    raise exception 'a registered protocol never changes'
      using errcode = 'check_violation', constraint = 'evaluation_protocol_stands';
  end if;
  if old.drawn_at is not null and not ({_same(DRAWN)}) then
    raise exception 'a lot is drawn once'
      using errcode = 'check_violation', constraint = 'evaluation_drawn_once';
  end if;
  if array_position(array['DRAFT', 'REGISTERED', 'STARTED', 'CLOSED'], new.state::text)
     < array_position(array['DRAFT', 'REGISTERED', 'STARTED', 'CLOSED'], old.state::text) then
    raise exception 'an evaluation never goes back'
      using errcode = 'check_violation', constraint = 'evaluation_goes_forward';
  end if;
  return new;
end $$;
create or replace function evaluations_lot_stands() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    -- The share lock makes whoever draws wait, or be waited for.
    perform 1 from evaluations_evaluation e
      where e.municipality_id = new.municipality_id and e.id = new.evaluation_id and e.state = 'REGISTERED'
        and e.drawn_at is null for share;
    if not found then
      raise exception 'nobody is put in before the protocol is registered or after the draw'
        using errcode = 'check_violation', constraint = 'candidate_before_the_draw';
    end if;
    return new;
  end if;
  if not ({_same(KEPT)}) or old.is_drawn is not null
     and (old.is_drawn, old.place) is distinct from (new.is_drawn, new.place) then
    raise exception 'what was drawn never changes'
      using errcode = 'check_violation', constraint = 'candidate_stands';
  end if;
  return new;
end $$;
"""
TRIGGERS = """
create trigger evaluation_protocol_stands before update on evaluations_evaluation
  for each row execute function evaluations_protocol_stands();
create trigger candidate_stands before insert or update on evaluations_candidate
  for each row execute function evaluations_lot_stands();
"""
DROP = """
drop trigger if exists candidate_stands on evaluations_candidate;
drop trigger if exists evaluation_protocol_stands on evaluations_evaluation;
drop function if exists evaluations_lot_stands();
drop function if exists evaluations_protocol_stands();
"""
