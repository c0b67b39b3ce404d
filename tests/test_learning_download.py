"""Data sets downloaded on request: small files in the real formats from a server on this machine."""

import dataclasses
import gzip
import hashlib
import io
import os
import re
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
import torch

from psn_viz.learning import load_dataset
from psn_viz.learning.data import download, remote
from psn_viz.learning.data.download import RemoteFile, data_folder


class Server(ThreadingHTTPServer):
    """Sends `files`, the next answers cut off after as many bytes as `cuts` says; or answers with `error`."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.asked = {}, []
        self.cuts, self.error, self.sized = [], None, True

    def url(self, name):
        return f"http://127.0.0.1:{self.server_port}/{name}"


class Handler(BaseHTTPRequestHandler):
    """One request; HTTP/1.0, so that the end of the connection is the end of the answer."""

    def do_GET(self):
        server, name = self.server, self.path[1:]
        server.asked.append(name)
        if server.error:
            self.send_error(server.error)
            return
        body = server.files[name]
        self.send_response(200)
        if server.sized:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: server.cuts.pop(0) if server.cuts else None])

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(download, "CHUNK", 1000)
    monkeypatch.setattr(download, "RETRIES", 0)  # they wait
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


ARCHIVE = PACKED["sequential-cifar10"]


def publish(monkeypatch, server, name, packed):
    """Let the data set `name` be the archive `packed` on the server."""
    server.files["cifar.tar.gz"] = packed
    file = RemoteFile(server.url("cifar.tar.gz"), len(packed), hashlib.md5(packed).hexdigest())
    monkeypatch.setitem(remote.CIFAR, name, dataclasses.replace(remote.CIFAR[name], archive=file))


@pytest.fixture
def cifar10(monkeypatch, server):
    publish(monkeypatch, server, "sequential-cifar10", ARCHIVE)
    return server


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
        server.files[file.name] = content
        files.append(RemoteFile(server.url(file.name), len(content), hashlib.md5(content).hexdigest(), ("other",)))
    monkeypatch.setattr(remote, "FASHION_MNIST", tuple(files))
    monkeypatch.setattr(remote, "DEBIAN", remote.DEBIAN / "nowhere")
    return images, labels


def test_the_whole_fashion_mnist_by_rows_and_by_pixels(fashion, server, tmp_path):
    images, labels = fashion
    reports = []
    rows = load_dataset(
        "fashion-mnist-rows-full", download=True, folder=tmp_path, report=lambda *sizes: reports.append(sizes)
    )
    pixels = load_dataset("fashion-mnist-pixels-28", folder=str(tmp_path))
    assert server.asked == list(server.files)
    assert reports == sorted(reports) and reports[-1] == (sum(map(len, server.files.values())),) * 2
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
    packed_by_debian = []
    for file in remote.FASHION_MNIST:
        content = gzip.compress(gzip.decompress(server.files[file.name]), compresslevel=1, mtime=1)
        (tmp_path / file.name).write_bytes(content)
        packed_by_debian.append(dataclasses.replace(file, other_md5=(hashlib.md5(content).hexdigest(),)))
    with pytest.raises(ValueError, match="is not the published file"):
        load_dataset("fashion-mnist-rows-full")
    monkeypatch.setattr(remote, "FASHION_MNIST", tuple(packed_by_debian))
    assert len(load_dataset("fashion-mnist-rows-full").test) == 40
    with pytest.raises(FileNotFoundError):
        load_dataset("fashion-mnist-rows-full", folder=tmp_path / "mine")  # a folder that is named is meant
    assert not server.asked


def test_the_published_files_are_these():
    """The checksums once more, so that a slip of the finger shows."""
    assert {name: (cifar.archive.md5, cifar.archive.size) for name, cifar in remote.CIFAR.items()} == {
        "sequential-cifar10": ("c32a1d4ab5d03f1284b67883e8d87530", 170052171),
        "sequential-cifar100": ("03b5dce01913d631647c71ecec9e9cb8", 168513733),
    }
    assert [file.md5[:8] for file in remote.FASHION_MNIST] == ["8d4fb7e6", "25c81989", "bef4ecab", "bb300cfd"]
    files = [cifar.archive for cifar in remote.CIFAR.values()] + list(remote.FASHION_MNIST)
    assert all(file.url.startswith("https://") for file in files)
    assert files[0].name == "cifar-10-binary.tar.gz"


# How it is downloaded -------------------------------------------------------------------------------------


def test_nothing_is_downloaded_unasked(cifar10, tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        load(tmp_path / "deep")
    message = str(caught.value)
    assert f"'sequential-cifar10' is not on this machine: {tmp_path / 'deep' / 'cifar.tar.gz'} is missing" in message
    assert "load_dataset('sequential-cifar10', download=True) downloads it" in message
    assert f"MiB from {cifar10.url('cifar.tar.gz')}" in message
    assert not cifar10.asked and not (tmp_path / "deep").exists()


def test_what_is_there_is_not_downloaded_again(cifar10, tmp_path):
    load(tmp_path / "deep", download=True)
    for arguments in ({}, {"download": True}):
        load(tmp_path / "deep", **arguments)
    assert cifar10.asked == ["cifar.tar.gz"]
    assert names(tmp_path / "deep") == ["cifar.tar.gz"]


@pytest.mark.skipif(os.name != "posix", reason="the permissions of POSIX")
def test_others_who_share_the_folder_can_read_the_file(cifar10, tmp_path):
    load(tmp_path, download=True)
    assert (tmp_path / "cifar.tar.gz").stat().st_mode & 0o777 == 0o644


def test_a_connection_that_breaks_off_is_tried_again(monkeypatch, cifar10, tmp_path):
    monkeypatch.setattr(download, "RETRIES", 1)
    cifar10.cuts, reports = [5000], []
    data = load(tmp_path, download=True, report=lambda *sizes: reports.append(sizes))
    assert len(data.test) == 30 and len(cifar10.asked) == 2
    assert reports.count((1000, len(ARCHIVE))) == 2  # the second attempt counts from the beginning
    assert reports[-1] == (len(ARCHIVE), len(ARCHIVE))


def test_a_connection_that_keeps_breaking_off_is_an_error_and_leaves_nothing(cifar10, tmp_path):
    cifar10.cuts = [5000]
    with pytest.raises(ConnectionError, match=r"127\.0\.0\.1 cannot be reached or broke off"):
        load(tmp_path, download=True)
    assert not names(tmp_path)
    assert len(load(tmp_path, download=True).test) == 30


def test_an_interrupted_download_leaves_nothing_and_the_next_call_begins_anew(cifar10, tmp_path):
    def stop(received, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(tmp_path, download=True, report=stop)
    assert not names(tmp_path)
    assert len(load(tmp_path, download=True).test) == 30


def test_offline_says_what_to_do(cifar10, tmp_path):
    cifar10.server_close()  # nobody listens from now on
    with pytest.raises(ConnectionError) as caught:
        load(tmp_path, download=True)
    message = str(caught.value)
    assert f"'sequential-cifar10' was not downloaded from {cifar10.url('cifar.tar.gz')}: 127.0.0.1 cannot" in message
    assert "Call again when the network is there" in message
    assert f"put it at {tmp_path / 'cifar.tar.gz'}" in message
    assert not names(tmp_path)


@pytest.mark.parametrize("error", [404, 503])
def test_a_server_that_refuses_is_named(cifar10, tmp_path, error):
    cifar10.error = error
    with pytest.raises(ConnectionError, match=rf"{error} \w+ Error: .* for url: http://127\.0\.0\.1"):
        load(tmp_path, download=True)
    assert not names(tmp_path)


def test_an_answer_without_its_length_is_read_to_its_end(cifar10, tmp_path):
    cifar10.sized, reports = False, []
    assert len(load(tmp_path, download=True, report=lambda *sizes: reports.append(sizes)).test) == 30
    assert reports == sorted(reports) and reports[-1] == (len(ARCHIVE), len(ARCHIVE))


@pytest.mark.parametrize("old", [b"an older edition", None])
@pytest.mark.parametrize("sent", [ARCHIVE[:500] + b"?" + ARCHIVE[501:], b"<html>Welcome to our network"])
def test_a_file_with_another_checksum_is_refused_and_the_old_one_stays(cifar10, tmp_path, sent, old):
    cifar10.files["cifar.tar.gz"] = sent
    path = tmp_path / "cifar.tar.gz"
    if old:
        path.write_bytes(old)
    with pytest.raises(ValueError, match="MD5 hash of downloaded file") as caught:
        load(tmp_path, download=True)
    message = str(caught.value)
    assert cifar10.url("cifar.tar.gz") in message and "the file has changed there" in message
    assert hashlib.md5(ARCHIVE).hexdigest() in message and hashlib.md5(sent).hexdigest() in message
    assert (f"{path} stays as it was" in message) == bool(old)
    assert names(tmp_path) == (["cifar.tar.gz"] if old else [])
    assert not old or path.read_bytes() == old
    cifar10.files["cifar.tar.gz"] = ARCHIVE  # mended
    assert len(load(tmp_path, download=True).test) == 30 and path.read_bytes() == ARCHIVE


def test_a_spoilt_file_in_the_folder_is_refused(cifar10, tmp_path):
    path = tmp_path / "cifar.tar.gz"
    path.write_bytes(ARCHIVE[:-1])
    with pytest.raises(ValueError, match=r"is not the published file.*download=True\) downloads it"):
        load(tmp_path)
    assert not cifar10.asked and path.read_bytes() == ARCHIVE[:-1]
    load(tmp_path, download=True)
    assert path.read_bytes() == ARCHIVE


def test_one_downloads_at_a_time(cifar10, tmp_path):
    refusals = []

    def second(received, total):
        if not refusals:
            with pytest.raises(RuntimeError) as caught:
                load(tmp_path, download=True)
            refusals.append(str(caught.value))

    assert len(load(tmp_path, download=True, report=second).test) == 30
    assert f"{tmp_path / 'cifar.tar.gz'} is being downloaded by another process" in refusals[0]


@pytest.mark.parametrize("below", ["", "deeper"])
def test_a_folder_that_cannot_be_made_is_named(cifar10, tmp_path, below):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match=r"choose another folder, by folder=… or PSN_VIZ_DATA") as caught:
        load(tmp_path / "file" / below, download=True)
    assert caught.value.filename == str(tmp_path / "file" / below) and not cifar10.asked


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_named(cifar10, tmp_path):
    tmp_path.chmod(0o555)
    with pytest.raises(PermissionError, match=r"choose another folder, by folder=… or PSN_VIZ_DATA"):
        load(tmp_path, download=True)


@pytest.mark.parametrize("live", [True, False])
def test_a_terminal_shows_how_far_it_is(monkeypatch, cifar10, tmp_path, live):
    stream = io.StringIO()
    stream.isatty = lambda: live
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr", stream)
    load(tmp_path, download=True)
    shown = re.findall(r"\[#+\.*\] (\S+) MiB of (\S+) MiB", stream.getvalue())
    assert (len(shown) > 2 and shown[-1][0] == shown[-1][1]) if live else not stream.getvalue()


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
