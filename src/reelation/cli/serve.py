"""`serve`: the service and the web app."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reelation import settings
from reelation.cli.options import FOLDER, atlas_option, json_option
from reelation.cli.show import show_json
from reelation.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    import socket


@click.command()
@atlas_option
@click.option("--host", default="127.0.0.1", help="Address to listen at; 0.0.0.0 for all.")
@click.option("--port", "-p", default=8040, help="Port to listen at; 0 for any that is free.")
@click.option("--host-name", "host_names", multiple=True, help="A name that requests may call the host by; repeat.")
@click.option("--database", help="URL of the events' database.", show_default="a SQLite file in the home folder")
@click.option("--watch", is_flag=True, help="Take a newer atlas as soon as it is trained.")
@click.option("--rate", default=100.0, help="Requests a second that a client may send; 0 for no limit.")
@click.option("--api-key-file", type=FOLDER, help="File that holds the API key.")
@json_option
def serve(
    atlas: Path | None,
    host: str,
    port: int,
    host_names: tuple[str, ...],
    database: str | None,
    watch: bool,
    rate: float,
    api_key_file: Path | None,
    as_json: bool,
) -> None:
    """Answer over HTTP, and show the web app; the API key is REELATION_API_KEY, where it is set."""
    import os

    try:
        import uvicorn

        from reelation.events.store import EventStore
        from reelation.http.app import create_app
        from reelation.http.logs import configure
        from reelation.http.settings import ServeSettings
    except ModuleNotFoundError as error:
        raise MissingExtraError("The service", "serve") from error
    from reelation.atlas.store import Atlas

    folder = atlas or settings.atlas_folder()
    Atlas.open(folder)  # what is wrong with it is said before anything starts
    EventStore.open(database).close()
    key = os.environ.get("REELATION_API_KEY")
    if api_key_file is not None:
        try:
            key = api_key_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise UsageError(f"the API key cannot be read: {error}") from error
    told = ServeSettings(
        atlas=folder,
        api_key=key or None,
        hosts=("*",) if "*" in host_names else (*ServeSettings.hosts, host, *host_names),
        rate=rate,
        watch=2.0 if watch else 0.0,
        database=database,
    )
    listening = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{listening.getsockname()[1]}"
    configure()
    application = create_app(told)
    application.state.service.after_swap.append(lambda _generation: _settle())
    config = uvicorn.Config(application, log_config=None, access_log=False, server_header=False, lifespan="on")
    show_json({"url": url, "atlas": str(folder)}) if as_json else click.echo(f"{url}  (stop with Ctrl+C)")
    uvicorn.Server(config).run(sockets=[listening])


def _settle() -> None:
    """Leave what is there now out of the garbage collector's rounds, each of which would stop all answers for 50 ms.

    At the next atlas it is looked through once more, so that what belonged to the one before goes.
    """
    import gc

    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens there.

    Raises:
        UsageError: nothing can listen there.
    """
    import socket

    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        raise UsageError(f"cannot listen at {host}, port {port}: {error.strerror}. Try another --port.") from error
