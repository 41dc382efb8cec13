from shuanglian.core.wording import Audience, audience, speaking_to


def test_without_a_request_we_speak_to_staff():
    assert audience() == Audience.STAFF


def test_who_reads_is_asked_when_a_word_is_needed_and_forgotten_afterwards():
    asked = []

    def reader():
        asked.append("asked")
        return Audience.PUBLIC

    with speaking_to(reader):
        assert asked == []
        assert audience() == Audience.PUBLIC
        with speaking_to(lambda: Audience.UNIT):
            assert audience() == Audience.UNIT
        assert audience() == Audience.PUBLIC

    assert (audience(), asked) == (Audience.STAFF, ["asked", "asked"])
