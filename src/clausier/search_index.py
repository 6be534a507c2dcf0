"""What keeps the entries of search and reads them, in the database; the owner settles it at each migration.

For each model that says `searchable`: a function that makes the entries of some rows anew, and triggers that
call it in the statement that changes a row, or a row of a table it is made of. They run with the rights and
in the scope of whoever writes. When what is sought of the rows has changed since the last migration, all
entries are made anew; `clausier search rebuild` does so by hand.

An entry's `words` all begin with their shelf, which is a provider's number and the mark of a kind; then comes
where they stand: `/` whose they are, `@` in its title, `#` an identifier without its spelling, `~` a
telephone number backwards, `!` what only the staff may find, `=` any word or its stem. `clausier_find` alone
reads them. It runs with the owner's rights, because PostgreSQL uses no index of words behind a fence, and
keeps to the signed scope by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from clausier.foundation import isolation, search
from clausier.foundation.search import Follows, Searchable
from clausier.laying import NO_TABLE, Piece, patiently

TABLE = "foundation_searchentry"
TRIGGER = "searched"

FEW = 500
"""Up to so many entries that answer are all ranked."""

GLANCE = 300
"""How many of the latest entries of a kind tell whether many answer."""

LOOK = 2000
"""Among how many of the latest a title comes before other words, where many answer."""

READ = 100_000
"""Characters of the words of one row that are read: an entry must not outgrow what an index can hold."""

# The words of a text, as names, queries and entries have them.
MAKE_WORDS = """
    create or replace function clausier_fold(given text) returns text
    language sql stable parallel safe as $$
        select trim(regexp_replace(lower(unaccent(
            case when given is nfkc normalized then given else normalize(coalesce(given, ''), NFKC) end
        )), '[^[:alnum:]]+', ' ', 'g'))
    $$;

    create or replace function clausier_stem(word text) returns text
    language sql stable parallel safe as $$ select coalesce((ts_lexize('french_stem', word))[1], '') $$;

    -- A text with each of its words once, as they stand between blanks: folding takes the longest.
    create or replace function clausier_once(given text) returns text
    language sql stable parallel safe as $$
        select string_agg(word, ' ') from (
            select distinct word from unnest(string_to_array(translate(given, E'\n\r\t', '   '), ' ')) word
        ) each
    $$;

    -- Each word once, with its stem; words too common to tell anything are left out.
    create or replace function clausier_lexemes(given text) returns text[]
    language sql stable parallel safe as $$
        select coalesce(array_agg(lexeme), '{}') from (
            select distinct unnest(array[left(word, 60), left(stem, 60)]) as lexeme
            from (
                select word, clausier_stem(word) as stem
                from (
                    select distinct word from unnest(string_to_array(
                        clausier_fold(clausier_once(left(given, __READ__))), ' ')) word where word <> ''
                ) folded
            ) each where stem <> ''
        ) all_of_them
    $$;

    -- Identifiers without their spelling; of "C-0231" also its figures, "0231" and "231".
    create or replace function clausier_codes(given text) returns text[]
    language sql stable parallel safe as $$
        select array_remove(array_agg(code), '') from (
            select distinct code
            from unnest(regexp_split_to_array(given, '\\s+')) piece,
                lateral (select replace(clausier_fold(piece), ' ', '') as compact) as folded,
                lateral (values (compact), (substring(compact from '[0-9]{3,}$')),
                                (ltrim(substring(compact from '[0-9]{3,}$'), '0'))) as spelling (code)
            where compact ~ '[0-9]' and length(compact) <= 60
        ) codes where code is not null
    $$;

    -- Every lexeme begins with its shelf: a provider and a kind. What is sought is read of one shelf alone.
    create or replace function clausier_words(
        shelf text, client bigint, title text, words text, inside text, codes text[], phones text[]
    ) returns tsvector
    language sql stable parallel safe as $$
        select array_to_tsvector(array_agg(shelf || lexeme)) from (
            select '/' || client as lexeme where client is not null
            union select '@' || left(word, 60)
                from unnest(string_to_array(clausier_fold(left(title, __READ__)), ' ')) word where word <> ''
            union select '=' || unnest(clausier_lexemes(concat_ws(' ', title, words)))
            union select '!' || unnest(clausier_lexemes(inside)) where inside <> ''
            union select '#' || replace(clausier_fold(code), ' ', '')
                from unnest(codes) code where length(code) <= 80 and code ~ '[0-9@]'
            union select '#' || unnest(clausier_codes(code)) from unnest(codes) code where code !~ '@'
            union select unnest(array['#' || substr(phone, 2), '~' || reverse(national)] ||
                case when phone like '+33%' then array['#' || national] else '{}' end)
                from unnest(phones) phone,
                    lateral (select case when phone like '+33%' then '0' || substr(phone, 4)
                                         else substr(phone, 2) end as national) as at_home
                where phone <> ''
            union select '/'
        ) lexemes
    $$;
"""

# Those that answer of the recent entries, and of the older ones: an index for each, so that what is sought
# among the recent is not looked for among all.
MAKE_FEW = """
    create or replace function clausier_few_{which}(
        of_provider bigint, of_client bigint, asked tsquery, by_rank tsquery[], at_most int
    ) returns table (object_id bigint, at timestamptz, rank int)
    language sql stable set enable_seqscan = off set enable_indexscan = off set jit = off as $$
        select object_id, at,
            case when words @@ by_rank[1] then 0 when words @@ by_rank[2] then 1
                 when words @@ by_rank[3] then 2 else 3 end
        from foundation_searchentry
        where words @@ asked and {is_recent}
            and provider_id = of_provider and (of_client is null or client_id = of_client)
        limit at_most
    $$;
"""

# A look at the latest entries of a kind tells whether many answer: then enough are soon met from the latest.
# Where not, all the recent ones that do are ranked, and where those are not enough, the older ones too. So
# none reads all that answers. A client's own are all ranked: they are few, and far between for a walk.
MAKE_FIND = """
    drop function if exists clausier_few(bigint, bigint, tsquery, tsquery[], int);

    create or replace function clausier_latest(
        of_provider bigint, of_kind text, asked tsquery, of_latest bigint, at_most int
    ) returns setof bigint
    language sql stable
    set enable_bitmapscan = off set enable_seqscan = off set enable_sort = off set jit = off as $$
        select object_id from (
            select object_id, words from foundation_searchentry
            where provider_id = of_provider and kind = of_kind
            order by at desc, object_id desc limit of_latest
        ) latest where words @@ asked limit at_most
    $$;

    create or replace function clausier_asked(by_rank text[], shelf text) returns tsquery[]
    language sql immutable parallel safe as $$
        select array_agg(replace(asked, '$', shelf)::tsquery order by place)
        from unnest(by_rank) with ordinality given (asked, place)
    $$;

    create or replace function clausier_any(asked tsquery[]) returns tsquery
    language plpgsql immutable parallel safe as $$
    declare
        one tsquery;
        found_any tsquery;
    begin
        foreach one in array asked loop
            found_any := case when found_any is null then one when one is null then found_any
                              else found_any || one end;
        end loop;
        return found_any;
    end $$;

    create or replace function clausier_find(by_rank text[], kinds text[], marks text[], most int)
    returns table (kind text, object_id bigint, rank int, counted int, is_all boolean)
    language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp
    set plan_cache_mode = auto as $$
    declare
        of_provider bigint := clausier_scope('provider');
        of_client bigint := clausier_scope('client');
    begin
        if of_provider is null or cardinality(array_remove(by_rank, null)) = 0 then return; end if;
        for place in 1..cardinality(kinds) loop
            return query select kinds[place], f.* from clausier_find_one(
                of_provider, of_client, kinds[place], of_provider || marks[place],
                clausier_asked(by_rank, of_provider || marks[place]), most) f;
        end loop;
    end $$;

    -- One kind. Where many answer: rank by rank, until there are enough; `counted` is then how many were met,
    -- and all only where there are no others.
    create or replace function clausier_find_one(
        of_provider bigint, of_client bigint, of_kind text, shelf text, asked tsquery[], most int
    ) returns table (object_id bigint, rank int, counted int, is_all boolean)
    language plpgsql stable as $$
    declare
        few constant int := __FEW__;
        glance constant int := __GLANCE__;
        look constant int := __LOOK__;
        anyhow tsquery := clausier_any(asked);
        enough constant int := least(most, 8);
        most_of_few int := case when of_client is null then few + 1 end;
        taken bigint[] := '{}';
        here bigint[];
        wanted int;
        is_common boolean;
    begin
        if of_client is null then
            counted := (select count(*) from clausier_latest(of_provider, of_kind, anyhow, glance, glance));
        end if;
        is_common := coalesce(counted, 0) >= enough;
        if is_common then
            is_all := not exists (
                select from foundation_searchentry e where e.provider_id = of_provider and e.kind = of_kind
                order by e.at desc, e.object_id desc offset glance limit 1);
        else
            if of_client is not null then
                anyhow := anyhow && quote_literal(shelf || '/' || of_client)::tsquery;
            end if;
            for object_id, rank, counted, is_all in
                with recent as materialized (
                    select * from clausier_few_recent(of_provider, of_client, anyhow, asked, most_of_few)
                ), older as materialized (
                    select * from clausier_few_older(of_provider, of_client, anyhow, asked, most_of_few)
                    where of_client is not null or (select count(*) from recent) < enough
                )
                select f.object_id, f.rank, count(*) over (),
                    of_client is not null or (select count(*) from recent) < enough or not exists (
                        select from foundation_searchentry e
                        where e.provider_id = of_provider and e.kind = of_kind and not e.recent limit 1)
                from (select * from recent union all select * from older) f
                order by f.rank, f.at desc, f.object_id desc limit most
            loop
                exit when counted >= most_of_few;
                return next;
            end loop;
            if not found or counted < most_of_few or of_client is not null then return; end if;
            counted := few;
            is_all := false;
        end if;
        for place in 1..cardinality(asked) loop
            wanted := most + cardinality(taken);
            exit when cardinality(taken) >= most;
            continue when asked[place] is null;
            if place = 3 then
                -- Where many answer, a title is worth being first while it is not old.
                here := array(select clausier_latest(of_provider, of_kind, asked[place], look, wanted));
            elsif place < 3 then
                here := array(
                    select f.object_id
                    from clausier_few_recent(of_provider, null, asked[place], asked, few + 1) f
                    order by f.at desc, f.object_id desc);
                if cardinality(here) < wanted then
                    here := here || array(
                        select f.object_id
                        from clausier_few_older(of_provider, null, asked[place], asked, few + 1) f
                        order by f.at desc, f.object_id desc);
                end if;
            end if;
            if place = 4 or cardinality(here) > few then
                here := array(select clausier_latest(of_provider, of_kind, asked[place], null, wanted));
            end if;
            for object_id in select o from unnest(here) with ordinality u (o, n)
                where o <> all (taken) order by n limit most - cardinality(taken)
            loop
                taken := taken || object_id;
                rank := place - 1;
                return next;
            end loop;
        end loop;
    end $$;
"""

MAKE_FORGETTING = """
    create or replace function clausier_forget() returns trigger language plpgsql as $$
    begin
        delete from foundation_searchentry where kind = tg_argv[0] and object_id = old.id;
        return null;
    end $$
"""

# Called once many entries have moved: until the server has counted them anew it takes the older ones for
# none, and reads them all.
MAKE_COUNTING = """
    create or replace function clausier_count_entries() returns void
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
    begin
        analyze foundation_searchentry;
    end $$
"""
COUNT = "clausier_count_entries()"

FIND = "clausier_find(text[], text[], text[], int)"
"""It and `COUNT` run with the owner's rights: nobody but the program calls them."""


def searchables() -> dict[str, Searchable]:
    """What is sought of the models that say `searchable`, by their tables."""
    found = {model._meta.db_table: getattr(model, "searchable", None) for model in apps.get_models()}
    return {table: sought for table, sought in sorted(found.items()) if sought}


def pieces(role: str) -> list[Piece]:
    """The functions of search, and its triggers on each table; as the owner."""
    functions, triggers = list(_functions()), list(_triggers())
    found = [
        Piece("search", NO_TABLE, [*functions, *_rights(FIND, role)]),
        Piece("search counts", NO_TABLE, [MAKE_COUNTING, *_rights(COUNT, role)]),
    ]
    for number, (table, statement) in enumerate(triggers):
        found.append(Piece(f"search {number}", table, [statement]))
    return found


def fill_where_changed(connection: BaseDatabaseWrapper) -> None:
    """Make all entries anew where what is sought has changed since they were made; as the owner."""
    version = hashlib.sha256("\n".join([*_functions(), *(text for _, text in _triggers())]).encode())
    with connection.cursor() as cursor:
        cursor.execute("select obj_description(%s::regclass)", [TABLE])
        if cursor.fetchone()[0] == version.hexdigest():
            return
    patiently(connection, _fill, table=TABLE)
    with connection.cursor() as cursor:
        told = sql.SQL("comment on table {} is {}")
        cursor.execute(told.format(sql.Identifier(TABLE), sql.Literal(version.hexdigest())))


def rebuild(connection: BaseDatabaseWrapper) -> int:
    """Make every entry anew, as the owner; how many there are. Raises laying.Held."""
    return patiently(connection, _fill, table=TABLE)


def _fill(cursor: CursorWrapper) -> int:
    """All entries from nothing; how many. The owner is held by the fences too where it is the program.

    Whoever writes entries meanwhile waits for the end: two that make the same ones would wait for each other.
    """
    _execute(cursor, sql.SQL("lock table {} in share row exclusive mode").format(sql.Identifier(TABLE)))
    with isolation.everything("every row is found by its words"):
        _execute(cursor, sql.SQL("delete from {}").format(sql.Identifier(TABLE)))
        count = 0
        for table, sought in searchables().items():
            cursor.execute(f"select clausier_note_{sought.kind}(array(select id from {table}))")  # noqa: S608
            cursor.execute("select count(*) from foundation_searchentry where kind = %s", [sought.kind])
            count += cursor.fetchone()[0]
    return count


def _rights(function: str, role: str) -> Iterator[str]:
    yield f"revoke all on function {function} from public"
    yield sql.SQL(f"grant execute on function {function} to {{}}").format(sql.Identifier(role)).as_string()


# The statements


def _functions() -> Iterator[str]:
    yield MAKE_WORDS.replace("__READ__", str(READ))
    yield MAKE_FEW.format(which="recent", is_recent="recent")
    yield MAKE_FEW.format(which="older", is_recent="not recent")
    yield (
        MAKE_FIND.replace("__FEW__", str(FEW))
        .replace("__GLANCE__", str(GLANCE))
        .replace("__LOOK__", str(LOOK))
    )
    yield MAKE_FORGETTING + ";"
    for table, sought in searchables().items():
        yield _noting(table, sought)


def _triggers() -> Iterator[tuple[str, str]]:
    """Each table that search follows, and what makes its triggers."""
    for table, sought in searchables().items():
        own = Follows(table, sought.columns, "select new.id")
        for follows in (own, *sought.follows):
            yield follows.table, _trigger(sought.kind, follows)
        yield table, _forgetting(table, sought.kind)


def _noting(table: str, sought: Searchable) -> str:
    """The function that makes the entries of the rows with these ids; planned once in a session."""
    return f"""
    create or replace function clausier_note_{sought.kind}(objects bigint[]) returns void
    language plpgsql set plan_cache_mode = force_generic_plan as $$
    begin
        if objects = '{{}}' then return; end if;
        insert into {TABLE} as entry (provider_id, client_id, kind, object_id, at, words)
        select t.provider_id, {sought.client}, '{sought.kind}', t.id, {sought.at},
            clausier_words(t.provider_id || '{search.MARKS[sought.kind]}', {sought.client}, {sought.title},
                           {sought.words}, {sought.inner}, {sought.codes}, {sought.phones})
        from {table} t {sought.joined} where t.id = any(objects)
        on conflict (kind, object_id) do update
            set provider_id = excluded.provider_id, client_id = excluded.client_id,
                at = excluded.at, words = excluded.words
            where entry.words <> excluded.words or entry.at <> excluded.at
                or entry.client_id is distinct from excluded.client_id;
    end $$;
    """  # noqa: S608


def _trigger(kind: str, follows: Follows) -> str:
    """What makes the entries of `kind` anew when a row of the table it follows comes or changes."""
    name = f"{TRIGGER}_{kind}"
    function = f"clausier_{name}_by_{follows.table}"
    changed = " or ".join(f"new.{column} is distinct from old.{column}" for column in follows.columns)
    made = f"""
    create or replace function {function}() returns trigger language plpgsql as $$
    begin
        perform clausier_note_{kind}(array({follows.objects}));
        return null;
    end $$;
    drop trigger if exists {name} on {follows.table};
    create trigger {name} after update of {", ".join(follows.columns)} on {follows.table}
        for each row when (({follows.when}) and ({changed})) execute function {function}();
    drop trigger if exists {name}_new on {follows.table};
    """
    if follows.inserts:
        made += f"""
    create trigger {name}_new after insert on {follows.table}
        for each row when ({follows.when}) execute function {function}();
    """
    return made


def _forgetting(table: str, kind: str) -> str:
    return f"""
    drop trigger if exists {TRIGGER}_{kind}_gone on {table};
    create trigger {TRIGGER}_{kind}_gone after delete on {table}
        for each row execute function clausier_forget('{kind}');
    """


def _execute(cursor: CursorWrapper, statement: sql.Composable) -> None:
    cursor.execute(statement)
