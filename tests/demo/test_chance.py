from demo.chance import chance_of


def test_the_same_purpose_falls_the_same_way_on_every_machine():
    assert chance_of("need:N001").randint(0, 10**6) == 214466


def test_another_purpose_has_a_chance_of_its_own():
    assert chance_of("a").random() != chance_of("b").random()
