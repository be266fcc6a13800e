"""`/metrics`: figures that add up over processes, that cost little, and that only those read who may."""

import os
import signal
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import httpx2
import psycopg
import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

import guildhall
from guildhall.app.tables import access_table, public_routes
from guildhall.core.database import lock
from guildhall.platform.push import AppTarget
from tests.guild import Guild, code, configured
from tests.platform.push_senders import KEY, push_service, send
from tests.processes import Process, serving

TOKEN = "a token that is long enough"
ENQUEUE = "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES (%s, %s, '{}')"


def on(url: str, **more: str) -> dict[str, str]:
    return {"DATABASE_URL": url, "SECRET_KEY": os.environ["GUILDHALL_SECRET_KEY"]} | more


def samples(answer: httpx2.Response) -> dict[str, float]:
    """Each sample by its name and labels, as `name{label=value,...}`."""
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {name_of(sample): sample.value for family in families for sample in family.samples}


def name_of(sample: Sample) -> str:
    labels = ",".join(f"{label}={value}" for label, value in sorted(sample.labels.items()))
    return f"{sample.name}{{{labels}}}"


def requests(found: dict[str, float], method: str, route: str, status: str) -> float:
    return found.get(f"guildhall_request_seconds_count{{method={method},route={route},status={status}}}", 0)


# What is counted


async def test_requests_are_counted_by_the_template_of_their_route(guild: Guild) -> None:
    anna = await guild.member("Anna")
    before = samples(await anna.get("/metrics"))
    for path in ("/car/4711", "/car/4712", "/users/me", "/nowhere/1", "/nowhere/2"):
        await anna.get(path)
    await anna.request("BREW", "/car/")
    await anna.client.options("/users/me", headers={"Origin": "http://localhost:3000"})
    after = samples(await anna.get("/metrics"))
    for kind, many in {
        ("GET", "/car/{booking_id}", "4xx"): 2,
        ("GET", "/users/me", "2xx"): 1,
        ("GET", "unmatched", "4xx"): 2,
        ("other", "/car/", "4xx"): 1,
        ("GET", "/metrics", "2xx"): 1,
    }.items():
        assert requests(after, *kind) - requests(before, *kind) == many, kind
    assert not [name for name in after if "4711" in name or "nowhere" in name or "BREW" in name]
    assert after["guildhall_requests_in_flight{}"] == 1  # the one that asks


async def test_unheard_of_methods_and_paths_make_no_new_figures(guild: Guild) -> None:
    client = await guild.client()
    for number in range(2):
        await client.request(f"METHOD{number}", f"/nowhere/{number}")
    before = samples(await client.get("/metrics"))
    for number in range(50):
        await client.request(f"BREW{number}", f"/elsewhere/{number}")
    assert samples(await client.get("/metrics")).keys() == before.keys()


async def test_the_figures_say_which_guildhall_this_is_and_are_in_prometheus_form(guild: Guild) -> None:
    answer = await (await guild.client()).get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    (build,) = [name for name in samples(answer) if name.startswith("guildhall_build_info")]
    assert f"version={guildhall.__version__}" in build


async def test_pushes_are_counted_by_provider_and_outcome(guild: Guild) -> None:
    client = await guild.client()
    before = samples(await client.get("/metrics"))
    with push_service() as service:
        kept, gone = (service.browser(KEY.public).target for _ in range(2))
        await send(kept, kept, replace(gone, endpoint=f"{gone.endpoint}-no-more"), AppTarget("phone"))
    after = samples(await client.get("/metrics"))
    grown = {name: value - before.get(name, 0) for name, value in after.items() if name.startswith("guildhall_pushes")}
    assert {name: value for name, value in grown.items() if value} == {
        "guildhall_pushes_total{outcome=delivered,provider=webpush}": 2,
        "guildhall_pushes_total{outcome=gone,provider=webpush}": 1,
        "guildhall_pushes_total{outcome=refused,provider=fcm}": 1,
    }


def test_figures_of_several_processes_add_up_whichever_is_asked(
    database_url: str, sweeper: psycopg.Connection, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    sweeper.execute("DELETE FROM procrastinate_jobs")
    worker = Process("worker", data=data, settings=on(database_url))
    with ExitStack() as stack:
        one, two = (stack.enter_context(serving(data, on(database_url))) for _ in range(2))
        worker.wait_until_it_says("Working")
        for server, many in ((one, 3), (two, 4)):
            for _ in range(many):
                server.http.get("/version")
        sweeper.execute(ENQUEUE, ["default", "jobs.prune"])
        found = until(one, "guildhall_job_seconds_count{job=jobs.prune,outcome=done}", 1)
        assert found["guildhall_processes{kind=api}"] == 2
        assert found["guildhall_processes{kind=worker}"] == 1
        for server in (one, two):
            assert requests(samples(server.http.get("/metrics")), "GET", "/version", "2xx") == 7
        two.stop(signal.SIGKILL)
        assert until(one, "guildhall_processes{kind=api}", 1)["guildhall_requests_in_flight{}"] == 1
        three = stack.enter_context(serving(data, on(database_url)))
        three.http.get("/version")
        found = samples(three.http.get("/metrics"))
        assert requests(found, "GET", "/version", "2xx") == 8  # what the dead one counted is not lost
        counting = {file.stem.rpartition("_")[2] for file in (data / "metrics").glob("histogram_*.db")}
        assert len(counting) == 4  # three who live, and what the dead have left
        assert worker.stop(signal.SIGTERM) == 0
    with serving(data, on(database_url)) as first:
        assert requests(samples(first.http.get("/metrics")), "GET", "/version", "2xx") == 0


def until(server: Process, name: str, value: float) -> dict[str, float]:
    """The figures, once one of them has come to a value; twenty seconds at most."""
    deadline = time.monotonic() + 20
    while (found := samples(server.http.get("/metrics"))).get(name) != value:
        assert time.monotonic() < deadline, found
        time.sleep(0.02)
    return found


def test_a_folder_that_cannot_be_used_lets_a_process_count_alone(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/metrics").write_text("in the way")
    with serving(tmp_path / "data", on(database_url)) as server:
        server.http.get("/version")
        assert requests(samples(server.http.get("/metrics")), "GET", "/version", "2xx") == 1
        assert "counts alone" in server.said


async def test_who_waits_for_a_connection_is_seen(guild: Guild, database_url: str, tmp_path: Path) -> None:
    anna = await guild.member("Anna")
    headers = {"Authorization": anna.client.headers["Authorization"]}
    trip = {"description": "x", "start_time": "2100-01-04T09:00Z", "end_time": "2100-01-04T11:00Z", "personal": True}
    with serving(tmp_path, on(database_url, DATABASE_POOL="2")) as server:
        async with guild.session() as session:
            await lock(session, "car")  # whoever books waits for this, and keeps the connection meanwhile
            crowd = [
                threading.Thread(target=server.http.post, args=("/car/",), kwargs={"json": trip, "headers": headers})
                for _ in range(5)
            ]
            for one in crowd:
                one.start()
            await guild.until_waiting(2)
            found = until(server, "guildhall_database_pool_waiting{}", 3)
        assert found["guildhall_database_pool_size{}"] == 2
        assert found["guildhall_database_pool_in_use{}"] == 2
        assert found["guildhall_requests_in_flight{}"] == 6
        for one in crowd:
            one.join()
        assert until(server, "guildhall_database_pool_in_use{}", 0)["guildhall_database_pool_waiting{}"] == 0


async def test_without_the_database_the_figures_are_read_all_the_same(tmp_path: Path) -> None:
    nowhere = on("postgresql://guild@127.0.0.1:1/guild")
    with serving(tmp_path, nowhere) as server:
        assert server.http.get("/health/ready").status_code == 503
        found = samples(server.http.get("/metrics"))
    assert found["guildhall_database_up{}"] == 0
    assert requests(found, "GET", "/health/ready", "5xx") == 1
    assert not [name for name in found if name.startswith(("guildhall_queue", "guildhall_mails"))]


# Who may read


READERS = {
    "from this machine": ("127.0.0.1", {}, 200),
    "from this machine over IPv6": ("::1", {}, 200),
    "from this machine on a socket for both": ("::ffff:127.0.0.1", {}, 200),
    "from elsewhere": ("203.0.113.7", {}, 403),
    "from nowhere": ("a name", {}, 403),
    "with the token": ("203.0.113.7", {"Authorization": f"Bearer {TOKEN}"}, 200),
    "with the token through a proxy": ("127.0.0.1", {"Authorization": f"bearer {TOKEN}", "Via": "1.1 x"}, 200),
    "with another token": ("203.0.113.7", {"Authorization": f"Bearer {TOKEN}x"}, 403),
    "with a token that is no text": ("203.0.113.7", {"Authorization": "Bearer \xe5".encode()}, 403),
    "with the token as a password": ("203.0.113.7", {"Authorization": f"Basic {TOKEN}"}, 403),
    "with nothing as a token": ("203.0.113.7", {"Authorization": "Bearer "}, 403),
    "through a proxy": ("127.0.0.1", {"X-Forwarded-For": "203.0.113.7"}, 403),
    "through a proxy that is lied to": ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 403),
    "through a proxy of another kind": ("127.0.0.1", {"Forwarded": "for=203.0.113.7"}, 403),
    "through a proxy that tells little": ("127.0.0.1", {"X-Forwarded-Proto": "https"}, 403),
}


@pytest.mark.parametrize("reader", READERS)
async def test_the_figures_are_read_from_here_or_with_the_token(guild: Guild, reader: str) -> None:
    address, headers, status = READERS[reader]
    with configured(metrics_token=TOKEN):
        answer = await (await guild.client(address)).get("/metrics", headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert code(answer) == (403, "metrics_not_for_you")
        assert "guildhall_" not in answer.text


async def test_without_a_token_in_the_settings_none_opens(guild: Guild) -> None:
    stranger = await guild.client("203.0.113.7")
    for token in ("", "None", TOKEN):
        assert code(await stranger.get("/metrics", headers={"Authorization": f"Bearer {token}"})) == (
            403,
            "metrics_not_for_you",
        )


async def test_an_administrator_elsewhere_may_not_read_them_either(guild: Guild) -> None:
    boss = await guild.holder("super:Permission")
    with configured(metrics_from="10.0.0.0/8"):
        assert code(await boss.get("/metrics")) == (403, "metrics_not_for_you")
        assert (await (await guild.client("10.1.2.3")).get("/metrics")).status_code == 200


def test_the_access_table_has_a_word_for_it_and_it_is_not_public(closed_app: FastAPI) -> None:
    assert "| GET | `/metrics` | allowed address or token |" in access_table(closed_app)
    assert "GET /metrics" not in public_routes(closed_app)


THROUGH = {
    "somebody far away": ({"X-Forwarded-For": "203.0.113.7"}, 403),
    "somebody far away who lies": ({"X-Forwarded-For": "127.0.0.1, 203.0.113.7"}, 403),
    "the machine of the figures": ({"X-Forwarded-For": "10.0.0.9"}, 200),
    "nobody it names": ({"X-Forwarded-Proto": "https"}, 403),
}


@pytest.mark.parametrize("who", THROUGH)
def test_a_trusted_proxy_says_who_reads(database_url: str, tmp_path: Path, who: str) -> None:
    headers, status = THROUGH[who]
    settings = on(database_url, TRUSTED_PROXIES="127.0.0.1", METRICS_FROM="127.0.0.1,10.0.0.9")
    with serving(tmp_path, settings) as server:
        assert server.http.get("/metrics", headers=headers).status_code == status
        assert server.http.get("/metrics").status_code == 200  # the machine itself, and no proxy
