import threading

import pytest

from desktop_app.capture.mailbox import LatestFrame

LONG = 60.0  # seconds; only a broken mailbox waits so long


def in_thread(work):
    """Start ``work``; the function returned waits for it and gives its result."""
    results = []
    thread = threading.Thread(target=lambda: results.append(work()), daemon=True)
    thread.start()

    def result():
        thread.join(LONG)
        assert not thread.is_alive(), "the thread never came back"
        return results[0]

    return result


def test_the_newest_item_wins_and_the_ones_it_replaced_are_counted():
    mailbox = LatestFrame()
    for item in (1, 2, 3):
        mailbox.put(item)
    assert mailbox.take(timeout=0) == 3
    assert mailbox.replaced_unread == 2


def test_an_item_is_taken_once_but_can_be_peeked_at_again_and_again():
    mailbox = LatestFrame()
    mailbox.put("frame")
    assert mailbox.take(timeout=0) == "frame"
    assert mailbox.take(timeout=0) is None
    assert [mailbox.peek(), mailbox.peek()] == ["frame", "frame"]


def test_a_taken_item_does_not_count_as_replaced_unread():
    mailbox = LatestFrame()
    mailbox.put(1)
    mailbox.take(timeout=0)
    mailbox.put(2)
    assert mailbox.replaced_unread == 0


def test_an_empty_mailbox_gives_nothing_after_the_time_out():
    assert LatestFrame().take(timeout=0.001) is None
    assert LatestFrame().peek() is None


def test_a_waiting_reader_is_woken_by_what_another_thread_puts():
    mailbox = LatestFrame()
    taken = in_thread(lambda: mailbox.take(timeout=LONG))
    mailbox.put("frame")
    assert taken() == "frame"


def test_closing_wakes_every_waiting_reader_with_nothing():
    mailbox = LatestFrame()
    readers = [in_thread(lambda: mailbox.take(timeout=LONG)) for _ in range(3)]
    mailbox.close()
    assert [reader() for reader in readers] == [None, None, None]


def test_after_closing_nothing_is_delivered_or_kept():
    mailbox = LatestFrame()
    mailbox.put(1)
    mailbox.close()
    mailbox.put(2)
    assert mailbox.take(timeout=0) is None
    assert mailbox.peek() is None


@pytest.mark.parametrize("readers", [1, 3])
def test_under_a_fast_writer_readers_get_each_item_at_most_once_in_order_and_the_last_one(readers):
    mailbox = LatestFrame()
    count = 2000

    def read():
        items = []
        while True:
            item = mailbox.take(timeout=LONG)
            if item is None:
                return items
            items.append(item)
            if item == count - 1:
                mailbox.close()

    results = [in_thread(read) for _ in range(readers)]
    for number in range(count):
        mailbox.put(number)
    lists = [result() for result in results]

    together = [item for items in lists for item in items]
    assert all(items == sorted(items) for items in lists)
    assert len(together) == len(set(together))
    assert count - 1 in together
    assert len(together) + mailbox.replaced_unread == count
