"""Data sets fetched on request: small files in the real formats from a server on this machine."""

import dataclasses
import gzip
import hashlib
import io
import re
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
import torch

from psn_viz.learning import load_dataset
from psn_viz.learning.data import download, remote
from psn_viz.learning.data.download import Published, data_folder


class Server(ThreadingHTTPServer):
    """Sends `files`; `cut` bytes at most per answer when set; can ignore ranges or answer with an error."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.asked = {}, []
        self.cut, self.ranges, self.error, self.sized = None, True, None, True

    def url(self, name):
        return f"http://127.0.0.1:{self.server_port}/{name}"


class Handler(BaseHTTPRequestHandler):
    """One request; HTTP/1.0, so that the end of the connection is the end of the answer."""

    def do_GET(self):
        server, start = self.server, 0
        body = server.files.get(self.path[1:])
        server.asked.append(self.headers.get("Range"))
        if server.error or body is None:
            self.send_error(server.error or 404)
            return
        if server.ranges and self.headers.get("Range"):
            start = int(re.fullmatch(r"bytes=(\d+)-", self.headers["Range"])[1])
            if start >= len(body):
                self.send_error(416)
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        else:
            self.send_response(200)
        if server.sized:
            self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        self.wfile.write(body[start : start + (server.cut or len(body))])

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(download, "BLOCK", 1000)
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def records(n, labels, classes, seed):
    """Records as in the binary version of CIFAR: 1 or 2 bytes of labels, the last one the class; an image."""
    random = np.random.RandomState(seed)
    raw = random.randint(0, 256, (n, labels + 3072), dtype=np.uint8)
    raw[:, 0] = 0
    raw[:, labels - 1] = np.arange(n) % classes
    return raw


def archive(members):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return packed.getvalue()


CIFAR = {
    "sequential-cifar10": {f"cifar-10-batches-bin/data_batch_{i}.bin": records(20, 1, 10, i) for i in range(1, 6)}
    | {"cifar-10-batches-bin/test_batch.bin": records(30, 1, 10, 9)},
    "sequential-cifar100": {
        "cifar-100-binary/train.bin": records(1000, 2, 100, 1),
        "cifar-100-binary/test.bin": records(100, 2, 100, 9),
    },
}
NAMES = {
    "sequential-cifar10": ("cifar-10-batches-bin/batches.meta.txt", [f"thing{i}" for i in range(10)]),
    "sequential-cifar100": ("cifar-100-binary/fine_label_names.txt", [f"fine_{i}" for i in range(100)]),
}
PACKED = {
    name: archive(
        {"some/readme.html": b"not needed", NAMES[name][0]: "\n".join([*NAMES[name][1], "", ""]).encode()}
        | {member: raw.tobytes() for member, raw in members.items()}
    )
    for name, members in CIFAR.items()
}


def publish(monkeypatch, server, name, packed, sent=None):
    """Let the data set `name` be the archive `packed`; the server sends that, or what is given as `sent`."""
    cifar = remote.CIFAR[name]
    server.files["cifar.tar.gz"] = packed if sent is None else sent
    published = Published(server.url("cifar.tar.gz"), len(packed), hashlib.md5(packed).hexdigest())
    monkeypatch.setitem(remote.CIFAR, name, dataclasses.replace(cifar, published=published))


@pytest.fixture
def cifar10(monkeypatch, server):
    publish(monkeypatch, server, "sequential-cifar10", PACKED["sequential-cifar10"])
    return PACKED["sequential-cifar10"]


def names(folder):
    """The files of a folder, but for the locks, which stay."""
    return sorted(file.name for file in folder.iterdir() if file.suffix != ".lock")


def load(folder, **arguments):
    return load_dataset("sequential-cifar10", folder=folder, **arguments)


# What is read ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "labels"), [("sequential-cifar10", 1), ("sequential-cifar100", 2)])
def test_cifar_arrives_column_by_column(monkeypatch, server, tmp_path, name, labels):
    publish(monkeypatch, server, name, PACKED[name])
    data = load_dataset(name, download=True, folder=tmp_path)
    *learn, test = CIFAR[name].values()
    learn = np.concatenate(learn)
    assert (data.T, data.features, data.classes) == (32, 96, len(NAMES[name][1]))
    assert data.class_names == tuple(NAMES[name][1])
    assert len(data.train) == len(learn) * 9 // 10 and len(data.validation) == len(learn) // 10
    assert len(data.test) == len(test) and "Krizhevsky 2009" in data.source and "none stated" in data.licence
    assert data.validation.y.bincount().tolist() == [len(learn) // 10 // data.classes] * data.classes
    images = test[:, labels:].reshape(-1, 3, 32, 32)
    for t in (0, 7, 31):
        column = data.test.x[t].unflatten(1, (3, 32))
        assert torch.equal(column, torch.from_numpy(images[:, :, :, t].astype(np.float32) / 255))
    assert data.test.y.tolist() == test[:, labels - 1].tolist()
    last = learn[-1, labels:].reshape(3, 32, 32)  # of the last file, the tenth of its class
    assert np.allclose(data.validation.x[5, -1].numpy() * 255, last[:, :, 5].ravel())
    seen = [{sample.numpy().tobytes() for sample in part.x.transpose(0, 1)} for part in (data.train, data.validation)]
    assert not seen[0] & seen[1]


def test_what_is_there_is_not_fetched_again(cifar10, server, tmp_path):
    load(tmp_path, download=True)
    for arguments in ({}, {"download": True}):
        load(tmp_path, **arguments)
    assert server.asked == [None]
    assert names(tmp_path) == ["cifar.tar.gz"]


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"cifar-10-batches-bin/test_batch.bin": b"\0" * 3072}, "must hold records of 3073 bytes, got 3072 bytes"),
        ({"cifar-10-batches-bin/test_batch.bin": b"\n" * 3073}, "must hold labels below 10, got 10"),
        ({"cifar-10-batches-bin/batches.meta.txt": None}, "must hold cifar-10-batches-bin/batches.meta.txt"),
    ],
)
def test_an_archive_with_something_else_in_it_is_refused(monkeypatch, server, tmp_path, members, words):
    name = "sequential-cifar10"
    whole = {member: raw.tobytes() for member, raw in CIFAR[name].items()}
    whole |= {NAMES[name][0]: "\n".join(NAMES[name][1]).encode()} | members
    packed = archive({member: content for member, content in whole.items() if content is not None})
    publish(monkeypatch, server, name, packed)
    with pytest.raises(ValueError, match=re.escape(words)):
        load(tmp_path, download=True)


def idx(numbers):
    sizes = b"".join(size.to_bytes(4, "big") for size in numbers.shape)
    return gzip.compress(bytes((0, 0, 8, numbers.ndim)) + sizes + numbers.tobytes(), mtime=0)


@pytest.fixture
def fashion(monkeypatch, server):
    """The four files of Fashion-MNIST, small; Debian's folder is nowhere."""
    random = np.random.RandomState(0)
    images = random.randint(0, 256, (140, 28, 28), dtype=np.uint8)
    labels = np.arange(140, dtype=np.uint8) % 10
    packed = [idx(images[:100]), idx(labels[:100]), idx(images[100:]), idx(labels[100:])]
    files = []
    for file, content in zip(remote.FASHION_MNIST, packed, strict=True):
        server.files[file.file] = content
        files.append(Published(server.url(file.file), len(content), hashlib.md5(content).hexdigest(), ("other",)))
    monkeypatch.setattr(remote, "FASHION_MNIST", tuple(files))
    monkeypatch.setattr(remote, "DEBIAN", remote.DEBIAN / "nowhere")
    return images, labels


def test_the_whole_fashion_mnist_by_rows_and_by_pixels(fashion, server, tmp_path):
    images, labels = fashion
    told = []
    rows = load_dataset(
        "fashion-mnist-rows-full", download=True, folder=tmp_path, report=lambda *sizes: told.append(sizes)
    )
    pixels = load_dataset("fashion-mnist-pixels-28", folder=str(tmp_path))
    assert server.asked == [None] * 4
    assert told == sorted(told) and told[-1] == (sum(map(len, server.files.values())),) * 2
    assert [(len(data.train), len(data.validation), len(data.test)) for data in (rows, pixels)] == [(90, 10, 40)] * 2
    assert (rows.T, rows.features, pixels.T, pixels.features) == (28, 28, 784, 1)
    shown = images[100:].astype(np.float32) / 255
    assert np.array_equal(rows.test.x.transpose(0, 1).numpy(), shown)
    assert np.array_equal(pixels.test.x[..., 0].T.numpy().reshape(-1, 28, 28), shown)
    assert rows.test.y.tolist() == pixels.test.y.tolist() == labels[100:].tolist()
    assert "MIT" in rows.licence and rows.class_names[9] == "Ankle boot"


def test_fashion_mnist_is_taken_from_debian_where_it_is_installed(monkeypatch, fashion, server, tmp_path):
    monkeypatch.setenv("PSN_VIZ_DATA", str(tmp_path / "empty"))
    monkeypatch.setattr(remote, "DEBIAN", tmp_path)
    repacked = []
    for file in remote.FASHION_MNIST:
        content = gzip.compress(gzip.decompress(server.files[file.file]), compresslevel=1, mtime=1)
        (tmp_path / file.file).write_bytes(content)
        repacked.append(dataclasses.replace(file, also=(hashlib.md5(content).hexdigest(),)))
    with pytest.raises(ValueError, match="is not the published file"):
        load_dataset("fashion-mnist-rows-full")
    monkeypatch.setattr(remote, "FASHION_MNIST", tuple(repacked))
    assert len(load_dataset("fashion-mnist-rows-full").test) == 40
    with pytest.raises(FileNotFoundError):
        load_dataset("fashion-mnist-rows-full", folder=tmp_path / "mine")  # a folder that is named is meant
    assert not server.asked


def test_a_file_that_is_no_idx_is_refused(monkeypatch, fashion, server, tmp_path):
    content = gzip.compress(b"\0\0\x08\x03" + b"\0\0\0\1" * 3)  # one byte is missing
    first, *others = remote.FASHION_MNIST
    server.files[first.file] = content
    first = dataclasses.replace(first, size=len(content), md5=hashlib.md5(content).hexdigest())
    monkeypatch.setattr(remote, "FASHION_MNIST", (first, *others))
    with pytest.raises(ValueError, match="must be a gzipped IDX file of bytes in 3 dimensions"):
        load_dataset("fashion-mnist-rows-full", download=True, folder=tmp_path)


def test_the_published_files_are_these():
    """Checksums stand in one place; here once more, so that a slip of the finger shows."""
    assert {name: (cifar.published.md5, cifar.published.size) for name, cifar in remote.CIFAR.items()} == {
        "sequential-cifar10": ("c32a1d4ab5d03f1284b67883e8d87530", 170052171),
        "sequential-cifar100": ("03b5dce01913d631647c71ecec9e9cb8", 168513733),
    }
    assert [file.md5[:8] for file in remote.FASHION_MNIST] == ["8d4fb7e6", "25c81989", "bef4ecab", "bb300cfd"]
    files = [cifar.published for cifar in remote.CIFAR.values()] + list(remote.FASHION_MNIST)
    assert all(file.url.startswith("https://") for file in files)
    assert remote.CIFAR["sequential-cifar10"].published.file == "cifar-10-binary.tar.gz"


# How it is fetched ----------------------------------------------------------------------------------------


def test_nothing_is_fetched_unasked(cifar10, server, tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        load(tmp_path / "deep")
    message = str(caught.value)
    assert "'sequential-cifar10' is not on this machine" in message
    assert "load_dataset('sequential-cifar10', download=True) fetches it" in message and "MiB from http" in message
    assert not server.asked and not (tmp_path / "deep").exists()


def test_a_fetch_that_is_cut_off_goes_on_where_it_stopped(cifar10, server, tmp_path):
    server.cut, told = len(cifar10) // 3 + 1, []
    data = load(tmp_path, download=True, report=lambda *sizes: told.append(sizes))
    assert len(data.test) == 30
    assert server.asked == [None, f"bytes={server.cut}-", f"bytes={2 * server.cut}-"]
    assert told == sorted(told) and told[-1] == (len(cifar10), len(cifar10))
    assert (tmp_path / "cifar.tar.gz").read_bytes() == cifar10


def test_the_next_call_goes_on_where_the_last_one_stopped(cifar10, server, tmp_path):
    def stop(here, in_all):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(tmp_path, download=True, report=stop)
    kept = (tmp_path / "cifar.tar.gz.part").stat().st_size
    assert 0 < kept < len(cifar10)
    assert (tmp_path / "cifar.tar.gz.part").read_bytes() == cifar10[:kept]
    load(tmp_path, download=True)
    assert server.asked == [None, f"bytes={kept}-"]
    assert names(tmp_path) == ["cifar.tar.gz"]


@pytest.mark.parametrize("ranges", [True, False])
def test_what_the_server_does_not_go_on_with_begins_anew(cifar10, server, tmp_path, ranges):
    part = tmp_path / "cifar.tar.gz.part"
    part.write_bytes(b"x" * (len(cifar10) + 5 if ranges else 100))
    server.ranges, told = ranges, []
    assert len(load(tmp_path, download=True, report=lambda *sizes: told.append(sizes)).test) == 30
    assert told[0] == (1000, len(cifar10)) and told[-1] == (len(cifar10), len(cifar10)) and told == sorted(told)


def test_a_beginning_longer_than_the_servers_file_begins_anew(monkeypatch, server, tmp_path):
    packed = PACKED["sequential-cifar10"]
    publish(monkeypatch, server, "sequential-cifar10", packed, sent=packed[:1000])
    (tmp_path / "cifar.tar.gz.part").write_bytes(packed[:2000])
    with pytest.raises(ConnectionError, match="another file there, of 1000 bytes instead of"):
        load(tmp_path, download=True)
    assert server.asked == ["bytes=2000-", None]
    assert not names(tmp_path)


def test_offline_says_what_to_do_and_keeps_what_is_there(cifar10, server, tmp_path):
    (tmp_path / "cifar.tar.gz.part").write_bytes(cifar10[:2000])
    server.server_close()  # nobody listens from now on
    with pytest.raises(ConnectionError) as caught:
        load(tmp_path, download=True)
    message = str(caught.value)
    assert "'sequential-cifar10' was not fetched: 127.0.0.1 cannot be reached" in message
    assert "Call again when the network is there" in message and "will not be fetched again" in message
    assert f"put it at {tmp_path / 'cifar.tar.gz'}" in message
    assert (tmp_path / "cifar.tar.gz.part").read_bytes() == cifar10[:2000]


@pytest.mark.parametrize("error", [404, 503])
def test_a_server_that_refuses_is_named(cifar10, server, tmp_path, error):
    server.error = error
    with pytest.raises(ConnectionError, match=f"127.0.0.1 answered {error} "):
        load(tmp_path, download=True)
    assert server.asked == [None] and not names(tmp_path)


def test_an_answer_without_its_length_is_read_to_its_end(cifar10, server, tmp_path):
    server.sized = False
    assert len(load(tmp_path, download=True).test) == 30


@pytest.mark.parametrize("old", [True, False])
def test_a_corrupt_file_is_refused_and_the_old_one_stays(monkeypatch, server, tmp_path, old):
    packed = PACKED["sequential-cifar10"]
    wrong = packed[:500] + bytes([packed[500] ^ 1]) + packed[501:]
    publish(monkeypatch, server, "sequential-cifar10", packed, sent=wrong)
    path = tmp_path / "cifar.tar.gz"
    if old:
        path.write_bytes(b"an older edition")
    with pytest.raises(ValueError, match=r"is not the published file: its MD5 is \w+, not ") as caught:
        load(tmp_path, download=True)
    assert "It was thrown away" in str(caught.value)
    assert (f"{path} stays as it was" in str(caught.value)) == old
    assert names(tmp_path) == (["cifar.tar.gz"] if old else [])
    assert not old or path.read_bytes() == b"an older edition"
    server.files["cifar.tar.gz"] = packed  # mended
    assert len(load(tmp_path, download=True).test) == 30 and path.read_bytes() == packed


@pytest.mark.parametrize("sized", [True, False])
def test_a_login_page_is_no_beginning_to_go_on_from(monkeypatch, server, tmp_path, sized):
    packed = PACKED["sequential-cifar10"]
    publish(monkeypatch, server, "sequential-cifar10", packed, sent=b"<html>Welcome to our network")
    server.sized = sized
    with pytest.raises(ConnectionError, match="has another file there"):
        load(tmp_path, download=True)
    assert not names(tmp_path)


def test_a_spoilt_file_in_the_folder_is_refused(cifar10, server, tmp_path):
    path = tmp_path / "cifar.tar.gz"
    path.write_bytes(cifar10[:-1])
    with pytest.raises(ValueError, match=r"is not the published file.*download=True\) fetches it anew"):
        load(tmp_path)
    assert not server.asked and path.read_bytes() == cifar10[:-1]
    load(tmp_path, download=True)
    assert path.read_bytes() == cifar10


def test_two_at_a_time_do_not_spoil_each_other(cifar10, server, tmp_path):
    said = []

    def second(here, in_all):
        if not said:
            with pytest.raises(RuntimeError) as caught:
                load(tmp_path, download=True)
            said.append(str(caught.value))

    assert len(load(tmp_path, download=True, report=second).test) == 30
    assert "is being fetched by another process" in said[0]


def test_where_the_files_are_kept(monkeypatch, tmp_path):
    monkeypatch.delenv("PSN_VIZ_DATA", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert data_folder() == tmp_path / ".cache" / "psn_viz"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "c"))
    assert data_folder() == tmp_path / "c" / "psn_viz"
    monkeypatch.setenv("PSN_VIZ_DATA", "~/mine")
    assert data_folder() == tmp_path / "mine"
    assert data_folder("here").as_posix() == "here"
