"""Buckets on an S3 store, made for one test each."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_s3.client import S3Client


def client(settings: Mapping[str, str]) -> S3Client:
    """A client for the store that the settings name."""
    return boto3.client(
        "s3",
        endpoint_url=settings["MINIO_ENDPOINT"],
        aws_access_key_id=settings["MINIO_ACCESS_KEY"],
        aws_secret_access_key=settings["MINIO_SECRET_KEY"],
        region_name="us-east-1",
        config=Config(s3={"addressing_style": "path"}),
    )


def ensure_bucket(settings: Mapping[str, str]) -> None:
    """Make the bucket that the settings name, where there is none."""
    s3 = client(settings)
    if settings["MINIO_BUCKET"] not in {each["Name"] for each in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(Bucket=settings["MINIO_BUCKET"])


@contextmanager
def bucket(settings: Mapping[str, str]) -> Iterator[None]:
    """The bucket that the settings name, as long as a test needs it."""
    s3, name = client(settings), settings["MINIO_BUCKET"]
    s3.create_bucket(Bucket=name)
    try:
        yield
    finally:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=name):
            for each in page.get("Contents", []):
                s3.delete_object(Bucket=name, Key=each["Key"])
        s3.delete_bucket(Bucket=name)
