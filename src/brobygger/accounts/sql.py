"""The SQL of the second lock. Run on PostgreSQL 15 and newer; needs no extension."""

# A role belongs to the whole server, so another installation there may be making or changing it at this moment.
ROLE = """
do $$
begin
  for attempt in 1..10 loop
    begin
      if not exists (select from pg_roles where rolname = {name}) then
        create role {role};
      end if;
      alter role {role} login nosuperuser nobypassrls nocreatedb nocreaterole password {password};
      exit;
    exception when unique_violation or duplicate_object or internal_error then
      if attempt = 10 then raise; end if;
      perform pg_sleep(0.2);
    end;
  end loop;
end $$;
"""

CONTEXT = """
create schema if not exists sec;
create table if not exists sec.ctx_key (id int primary key, ipad bytea not null, opad bytea not null);
create or replace function sec.ctx() returns text[] language plpgsql stable parallel safe
  security definer set search_path = pg_catalog, sec as $$
declare
  token text := current_setting('app.ctx', true);
  body text;
  key record;
begin
  if coalesce(token, '') = '' then return null; end if;  -- no context: no rows
  body := split_part(token, '.', 1);
  select ipad, opad into key from sec.ctx_key where id = 1;
  if encode(sha256(key.opad || sha256(key.ipad || convert_to(body, 'UTF8'))), 'hex')
     is distinct from split_part(token, '.', 2) then
    raise exception 'forged database context' using errcode = '28000';
  end if;
  if split_part(body, ':', 5)::bigint < extract(epoch from now()) then
    raise exception 'expired database context' using errcode = '28000';
  end if;
  return string_to_array(body, ':');  -- municipality:user:kind:person:expiry
end $$;
create or replace function sec.municipality() returns int language sql stable parallel safe
  as $$ select (sec.ctx())[1]::int $$;
create or replace function sec.kind() returns text language sql stable parallel safe
  as $$ select (sec.ctx())[3] $$;
create or replace function sec.person() returns bigint language sql stable parallel safe
  as $$ select (sec.ctx())[4]::bigint $$;
create or replace function sec.staff_municipality() returns int language sql stable parallel safe
  as $$ select case when c[3] = 'staff' then c[1]::int end from (select sec.ctx() as c) context $$;
create or replace function sec.epoch(moment timestamptz) returns bigint language sql immutable strict parallel safe
  as $$ select floor(extract(epoch from moment at time zone 'UTC'))::bigint $$;  -- UTC makes it immutable
create sequence if not exists mentor_identity as int;
"""

FIND_LINK = """
create or replace function sec.find_link(wanted bytea)
  returns table (id bigint, municipality_id bigint, actor_kind varchar, person_id bigint)
  language sql stable security definer set search_path = pg_catalog, public as $$
  select l.id, l.municipality_id, l.actor_kind, l.person_id from accounts_onetimelink l where l.token_hash = wanted $$;
"""

# Whose calendar a private address shows, while it lives.
FIND_FEED = """
create or replace function sec.find_feed(wanted bytea) returns table (id bigint, user_id bigint)
  language sql stable security definer set search_path = pg_catalog, public as $$
  select f.id, f.user_id from meetings_feed f where f.secret_hash = wanted and f.revoked_at is null $$;
"""

# Which municipality, and perhaps supplier, another system speaks for, while its token lives.
FIND_API_CALLER = """
create or replace function sec.find_token(wanted bytea, today date)
  returns table (id bigint, municipality_id bigint)
  language sql stable security definer set search_path = pg_catalog, public as $$
  select t.id, t.municipality_id from payments_apitoken t
   where t.token_hash = wanted and t.revoked_at is null and t.ends_before > today $$;
"""

# Mentorships that a mentor reaches although another is their mentor now: the own grant has not ended, or ended within
# a month, in which what was forgotten is still registered, or hours under it are not paid yet.
MENTORED = """
create or replace function sec.mentored() returns setof bigint
  language sql stable security definer set search_path = pg_catalog, public as $$
  select g.mentorship_id from grants_grant g
   where sec.kind() = 'mentor' and g.municipality_id = sec.municipality() and g.mentor_id = sec.person()
     and g.is_current and (g.ends_before + 31 > (now() at time zone 'Europe/Copenhagen')::date
       or g.hourly_rate > 0 and exists (
         select 1 from hours_contact k
          where k.municipality_id = g.municipality_id and k.mentorship_id = g.mentorship_id and k.grant_id = g.id
            and k.state in ('REGISTERED', 'CONFIRMED', 'DISPUTED', 'ACCEPTED') and k.paid_minutes < k.minutes)) $$;
"""

# Whether the own municipality shares its figures: only then does it read those of others.
SHARES_FIGURES = """
create or replace function sec.shares_figures() returns boolean
  language sql stable security definer set search_path = pg_catalog, public as $$
  select exists (select 1 from effects_sharedfigures f where f.municipality_id = sec.staff_municipality()) $$;
"""

# The newest seal and how far it reaches: hashes and counts, nothing of what they cover.
SEAL_STATE = """
create or replace function sec.seal_state()
  returns table (sealed bigint, unsealed bigint, root text, sealed_at timestamptz)
  language sql stable security definer set search_path = pg_catalog, public as $$
  select coalesce(s.last_sequence, 0),
    (select count(*) from audit_event e where e.id > coalesce((select max(event_id) from audit_sealentry), 0)),
    coalesce(encode(s.hash, 'hex'), ''), s.sealed_at
  from (select 1) one left join (select * from audit_seal order by id desc limit 1) s on true $$;
"""

# What outsiders may know of rows they cannot read: a citizen, which role looked at the own case and when, never who;
# a company, how many minutes its mentorships have in a period, never a meeting.
OUTSIDERS_QUESTIONS = """
create or replace function sec.looks_at_me(since timestamptz)
  returns table (at timestamptz, acting_role varchar, purpose varchar)
  language sql stable security definer set search_path = pg_catalog, public as $$
  select e.at, e.acting_role, e.purpose
    from people_citizen c
    join audit_event e on e.municipality_id = c.municipality_id
     and (e.subject = c.public_id::text and e.action in ('citizen.seen', 'citizen.cpr_shown', 'citizen.sought_by_cpr')
       or e.subject = '' and e.action = 'citizens.listed' and e.detail->'citizens' ? c.public_id::text)
   where sec.kind() = 'citizen' and c.id = sec.person() and c.municipality_id = sec.municipality() and e.at >= since
   order by e.id desc limit 200 $$;
create or replace function sec.company_minutes(from_at timestamptz, until_at timestamptz)
  returns table (mentorship_id bigint, state varchar, minutes bigint)
  language sql stable security definer set search_path = pg_catalog, public as $$
  select k.mentorship_id, k.state, sum(k.minutes)
    from mentorships_mentorship m
    join hours_contact k on k.municipality_id = m.municipality_id and k.mentorship_id = m.id
   where sec.kind() = 'company' and m.organisation_id = sec.person() and m.municipality_id = sec.municipality()
     and k.starts_at >= from_at and k.starts_at < until_at
     and k.state in ('REGISTERED', 'CONFIRMED', 'DISPUTED', 'ACCEPTED')
   group by k.mentorship_id, k.state $$;
"""

# What a municipality may know of its mentors' other work: which of its own contacts cannot be squared with it, and
# nothing more. The same person is the same identity, or the same name with the same e-mail or telephone; twelve hours
# is fixed here, so that nobody can feel their way to what somebody does elsewhere by moving a threshold.
OWN_CLASHES = """
create or replace function sec.own_clashes(from_at timestamptz, until_at timestamptz)
  returns table (contact_id bigint, is_overlap boolean)
  language sql stable security definer set search_path = pg_catalog, public as $$
  with own as materialized (
    select id, identity, lower(name) as name, lower(email) as email, phone from people_mentor
     where municipality_id = sec.staff_municipality()),
  twin as materialized (
    select own.id as own_id, o.id as other_id, o.municipality_id
      from own join people_mentor o on o.identity = own.identity and o.id <> own.id
    union
    select own.id, o.id, o.municipality_id
      from own join people_mentor o on lower(o.name) = own.name and o.id <> own.id
       and (own.email <> '' and lower(o.email) = own.email or own.phone <> '' and o.phone = own.phone)),
  other as materialized (
    select t.own_id, k.starts_at, k.ends_at, k.minutes
      from twin t join hours_contact k on k.municipality_id = t.municipality_id and k.mentor_id = t.other_id
     where k.starts_at >= from_at - interval '1 day' and k.starts_at < until_at + interval '1 day'
       and k.state in ('REGISTERED', 'CONFIRMED', 'DISPUTED', 'ACCEPTED')
       and k.kind in ('FACE_TO_FACE', 'TELEPHONE', 'VIDEO')),
  mine as materialized (
    select k.id, k.mentor_id, k.starts_at, k.ends_at, k.minutes
      from hours_contact k
     where k.municipality_id = sec.staff_municipality() and k.mentor_id in (select own_id from other)
       and k.starts_at >= from_at and k.starts_at < until_at
       and k.state in ('REGISTERED', 'CONFIRMED', 'DISPUTED', 'ACCEPTED')
       and k.kind in ('FACE_TO_FACE', 'TELEPHONE', 'VIDEO')),
  days as (
    select mentor, day from (
      select mentor_id as mentor, (starts_at at time zone 'Europe/Copenhagen')::date as day, minutes, false as elsewhere
        from mine
      union all
      select own_id, (starts_at at time zone 'Europe/Copenhagen')::date, minutes, true from other) together
     group by mentor, day having sum(minutes) > 720 and bool_or(elsewhere))
  select m.id, true from mine m
   where exists (select 1 from other o where o.own_id = m.mentor_id
                    and least(o.ends_at, m.ends_at) - greatest(o.starts_at, m.starts_at) >= interval '15 minutes')
  union all
  select m.id, false from mine m
    join days d on d.mentor = m.mentor_id and d.day = (m.starts_at at time zone 'Europe/Copenhagen')::date $$;
"""

# One number line for all mentors: identity * 2^32 + seconds since 1970 fits a bigint until 2106, so one range
# constraint forbids overlap per mentor without the btree_gist extension.
NO_OVERLAP = """
alter table hours_contact drop constraint if exists mentor_meets_one_citizen_at_a_time;
alter table hours_contact add constraint mentor_meets_one_citizen_at_a_time exclude using gist (
  int8range(mentor_identity * 4294967296 + sec.epoch(starts_at), mentor_identity * 4294967296 + sec.epoch(ends_at))
  with &&)
  where (state not in ('SUPERSEDED', 'WITHDRAWN', 'REJECTED') and kind not in ('MESSAGE', 'NO_SHOW_MENTOR'));
"""

# Each row of the answer is a fault. What is allowed without a border stands in OPEN_TABLES with its reason.
GUARD = """
with open_tables(name) as (select unnest(%(open)s::text[]))
select 'no RLS and FORCE: ' || c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where n.nspname = 'public' and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)
   and c.relname not in (select name from open_tables)
union all select 'no policy for ' || cmd || ': ' || c.oid::regclass
 from pg_class c, unnest(array['r', 'a', 'w', 'd']) cmd
 where c.relrowsecurity and c.relnamespace = 'public'::regnamespace
   and has_table_privilege('brobygger_app', c.oid,
       case cmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' else 'delete' end)
   and not exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polcmd::text in (cmd, '*'))
union all select 'policy without WITH CHECK: ' || polname || ' on ' || polrelid::regclass from pg_policy
 where polcmd in ('a', 'w', '*') and polwithcheck is null
union all select 'policy that lets others read: ' || polname || ' on ' || polrelid::regclass from pg_policy
 where polname not in ('border', 'border_read', 'border_write', 'border_change')
   and not (polname = 'border_shown' and polcmd = 'r' and polrelid::regclass::text = any(%(shown)s::text[])
            and pg_get_expr(polqual, polrelid) like '%%shares_figures%%')
union all select 'view not security_invoker: ' || c.oid::regclass from pg_class c
 where c.relkind = 'v' and c.relnamespace = 'public'::regnamespace
   and not coalesce(c.reloptions::text like '%%security_invoker=true%%', false)
union all select 'materialised view readable: ' || c.oid::regclass from pg_class c
 where c.relkind = 'm' and has_table_privilege('brobygger_app', c.oid, 'select')
union all select 'application role can bypass' from pg_roles
 where rolname = 'brobygger_app' and (rolsuper or rolbypassrls or rolcreaterole)
union all select 'application role owns: ' || c.oid::regclass from pg_class c
 where c.relowner = (select oid from pg_roles where rolname = 'brobygger_app')
union all select 'SECURITY DEFINER without search_path: ' || p.oid::regprocedure from pg_proc p
 join pg_namespace n on n.oid = p.pronamespace
 where p.prosecdef and n.nspname in ('public', 'sec') and not coalesce(p.proconfig::text like '%%search_path%%', false)
union all select 'foreign key without municipality: ' || k.conname from pg_constraint k
 where k.contype = 'f' and k.connamespace = 'public'::regnamespace
   and k.confrelid::regclass::text <> 'accounts_municipality'
   and exists (select 1 from pg_attribute a where a.attrelid = k.confrelid and a.attname = 'municipality_id')
   and not exists (select 1 from unnest(k.conkey) x join pg_attribute a on a.attrelid = k.conrelid and a.attnum = x
                   and a.attname = 'municipality_id')
union all select 'TRUNCATE granted: ' || oid::regclass from pg_class
 where relkind = 'r' and has_table_privilege('brobygger_app', oid, 'truncate')
union all select 'secret table readable: sec.ctx_key'
 where has_table_privilege('brobygger_app', 'sec.ctx_key', 'select')
"""
