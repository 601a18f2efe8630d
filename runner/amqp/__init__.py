"""The broker, over AMQP 0-9-1: the only package that imports pika.

``connection`` holds the one connection, ``topology`` says which queues there are, ``inbox`` takes messages and settles
them, ``events`` tells the world, ``headers`` decides what a message keeps when it is published again.
"""
