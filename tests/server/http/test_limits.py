"""Rates, room and patience: who is turned away, with which words, and for how long."""

import asyncio
import json
import random

import pytest
from redis.asyncio import from_url

from gradtape_server.http.clients import client_key, network_of
from gradtape_server.http.rate_limits import MemoryBuckets, RedisBuckets
from gradtape_server.storage.tables import snippets

API = "/api/v1/snippets"


@pytest.fixture
def redis(tmp_path, request):
    machines = request.getfixturevalue("machines_module")
    with machines.running_redis(tmp_path) as (url, process):
        yield url, process


@pytest.fixture(params=["memory", "redis"])
def bucket_settings(request):
    """The settings for limits in memory and in Redis: both must behave alike."""
    if request.param == "memory":
        return {}
    return {"redis_url": request.getfixturevalue("redis")[0]}


def test_a_client_that_creates_too_much_waits(make_client, bucket_settings, manifest):
    client = make_client(**bucket_settings, creates_per_minute=5)
    answers = [client.post(API, json=manifest(number)) for number in range(8)]
    assert [answer.status_code for answer in answers] == [201] * 5 + [429] * 3
    refused = answers[-1]
    assert 1 <= int(refused.headers["retry-after"]) <= 12
    assert refused.json()["title"] == "Too Many Requests"
    assert "at most 5 a minute are allowed" in refused.json()["detail"]
    assert client.get("/healthz").status_code == 200


def test_there_is_a_limit_for_everybody_together(make_client, bucket_settings, manifest):
    client = make_client(**bucket_settings, creates_per_minute=100, creates_per_minute_in_all=3)
    statuses = [client.post(API, json=manifest(number)).status_code for number in range(5)]
    assert statuses == [201] * 3 + [429] * 2


def test_processes_that_share_redis_share_their_limits(make_client, redis, manifest, tmp_path):
    shared = {"redis_url": redis[0], "creates_per_minute": 4, "address_salt": "one"}
    one = make_client(**shared)
    two = make_client(**shared, data_dir=tmp_path / "other")
    statuses = [
        (one if number % 2 else two).post(API, json=manifest(number)).status_code
        for number in range(6)
    ]
    assert statuses == [201] * 4 + [429] * 2


def test_without_redis_the_server_goes_on_and_counts_for_itself(make_client, redis, manifest):
    url, process = redis
    client = make_client(redis_url=url, creates_per_minute=3)
    assert client.post(API, json=manifest(0)).status_code == 201
    process.kill()
    process.wait()
    statuses = [client.post(API, json=manifest(number)).status_code for number in range(1, 6)]
    assert statuses == [201] * 3 + [429] * 2


def test_reading_has_a_limit_too(make_client, manifest):
    client = make_client(reads_per_minute=10)
    identifier = client.post(API, json=manifest()).json()["id"]
    statuses = [client.get(f"{API}/{identifier}").status_code for _ in range(12)]
    assert statuses == [200] * 10 + [429] * 2


def test_drawing_previews_has_its_own_limit(make_client, manifest):
    client = make_client(renders_per_minute=2)
    found = [client.post(API, json=manifest(number)).json()["id"] for number in range(3)]
    statuses = [client.get(f"/s/{found[i]}/preview.png").status_code for i in (0, 1, 2, 0)]
    assert statuses == [200, 200, 429, 200]  # the last is in memory


class Clock:
    """A clock that the test sets."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def test_tokens_come_back_with_time_and_never_more_than_a_minutes_worth():
    clock = Clock()
    buckets = MemoryBuckets(clock)
    assert [buckets.take_now("a", 6) for _ in range(6)] == [0.0] * 6
    assert buckets.take_now("a", 6) == pytest.approx(10.0)
    assert buckets.take_now("b", 6) == 0.0
    clock.now += 10
    assert buckets.take_now("a", 6) == 0.0
    assert buckets.take_now("a", 6) > 0
    clock.now += 3600
    assert [buckets.take_now("a", 6) > 0 for _ in range(7)] == [False] * 6 + [True]


def test_a_clock_stepped_back_neither_locks_out_nor_lets_a_flood_in():
    clock = Clock()
    buckets = MemoryBuckets(clock)
    for _ in range(6):
        buckets.take_now("a", 6)
    clock.now -= 100_000
    wait = buckets.take_now("a", 6)
    assert 0 < wait <= 10
    clock.now += 10
    assert buckets.take_now("a", 6) == 0.0
    assert buckets.take_now("a", 6) > 0


def test_redis_buckets_agree_with_those_in_memory(redis):
    async def take() -> list[bool]:
        buckets = RedisBuckets(redis[0])
        try:
            return [await buckets.take("a", 6) > 0 for _ in range(8)]
        finally:
            await buckets.close()

    assert asyncio.run(take()) == [False] * 6 + [True] * 2


def test_a_clock_of_redis_stepped_back_neither_locks_out_nor_lets_a_flood_in(redis):
    async def take() -> list[float]:
        buckets = RedisBuckets(redis[0])
        database = from_url(redis[0])
        try:
            for _ in range(6):
                await buckets.take("a", 6)
            # What the clock set back by 100,000 s leaves: a bucket last used in the future.
            await database.hincrbyfloat("gradtape:a", "since", 100_000)
            return [await buckets.take("a", 6) for _ in range(2)]
        finally:
            await buckets.close()
            await database.aclose()

    waits = asyncio.run(take())
    assert all(0 < wait <= 10 for wait in waits), waits


def test_buckets_do_not_grow_without_end():
    buckets = MemoryBuckets(Clock(), most=100)
    for number in range(1000):
        buckets.take_now(str(number), 6)
    assert len(buckets._buckets) == 100


def test_a_wall_clock_stepped_back_stores_and_reads_as_before(client, manifest, monkeypatch):
    first = client.post(API, json=manifest(1)).json()["id"]
    monkeypatch.setattr("gradtape_server.storage.snippets.time.time", lambda: 86_400.0)
    second = client.post(API, json=manifest(2)).json()["id"]
    for identifier in (first, second):
        assert client.get(f"{API}/{identifier}").status_code == 200


def test_beyond_the_quota_nothing_is_stored_and_reading_goes_on(make_client, manifest):
    before = make_client()
    identifier = before.post(API, json=manifest(0)).json()["id"]
    client = make_client(quota_bytes=100)
    answer = client.post(API, json=manifest(1))
    assert answer.status_code == 507
    assert "quota for snippets is used up" in answer.json()["detail"]
    assert client.get(f"{API}/{identifier}").status_code == 200
    assert client.get("/readyz").status_code == 503
    assert client.get("/readyz/reads").status_code == 200
    services = client.app._services
    client.portal.call(services.snippets.take_down, identifier, "room is needed")
    services._room = (0.0, None)  # what was looked up is trusted for seconds
    services.settings.quota_bytes = 1000
    assert client.post(API, json=manifest(1)).status_code == 201, "room that was freed is used"


def test_room_that_was_freed_is_given_back(make_client, manifest):
    """The file does not shrink by a take-down, so its size is not what the quota counts."""
    client = make_client(quota_bytes=2_000_000)
    services = client.app._services
    found = []

    async def has_room():
        return await services._quota_trouble() is None

    while client.portal.call(has_room):
        noise = random.Random(len(found)).randbytes(30_000).hex()
        value = {**manifest(len(found)), "code": {"main.py": f"x = '{noise}'"}}
        found.append(client.post(API, json=value).json()["id"])
        assert len(found) < 100
    for identifier in found:
        client.portal.call(services.snippets.take_down, identifier, "room is needed")
    assert client.portal.call(has_room)


def test_on_a_nearly_full_disk_nothing_is_stored(make_sqlite_client, manifest):
    client = make_sqlite_client(least_free_bytes=2**62)
    assert client.post(API, json=manifest()).status_code == 507


def test_addresses_are_truncated_and_salted_before_anything_is_kept(client, manifest, tmp_path):
    assert network_of("198.51.100.23") == "198.51.100.0"
    assert network_of("::ffff:198.51.100.23") == "198.51.100.0"
    assert network_of("2001:db8:aa:bb::1") == "2001:db8:aa::"
    assert client_key("198.51.100.1", "s") == client_key("198.51.100.250", "s")
    assert client_key("198.51.100.1", "s") != client_key("198.51.100.1", "t")
    client.post(API, json=manifest())
    services = client.app._services

    async def creators():
        async with services.database.engine.connect() as connection:
            return [row.created_by for row in await connection.execute(snippets.select())]

    (kept,) = client.portal.call(creators)
    assert len(kept) == 16 and "testclient" not in kept


def test_logs_hold_no_address_no_code_and_no_token(client, manifest, caplog):
    with caplog.at_level("INFO"):
        told = client.post(API, json=manifest()).json()
        headers = {"delete-token": told["delete_token"]}
        client.delete(f"{API}/{told['id']}", headers=headers)
    written = json.dumps([getattr(record, "fields", {}) for record in caplog.records])
    assert told["id"] in written
    assert told["delete_token"] not in written
    assert "testclient" not in written and "import gradtape" not in written
