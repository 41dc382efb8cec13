from shuanglian.directory.queries import posts_visible_to


def test_posts_carry_the_names_of_their_places(
    secadmin, clerk, handler, township_clerk, staff, django_assert_num_queries
):
    with django_assert_num_queries(2):  # his roles, and the rows
        told = {post.user.username: post.place for post in posts_visible_to(secadmin)}
    assert told == {
        "secadmin": "全县",
        "guanli": "冠力集团",
        "kejiju": "县科技局",
        "jiangcun": "蒋村镇",
        "wangxiaolan": "全县",
    }


def test_others_see_their_own(clerk, handler):
    assert [post.place for post in posts_visible_to(clerk)] == ["冠力集团"]


def test_the_machine_is_no_post(secadmin, system):
    assert [post.user for post in posts_visible_to(secadmin)] == [secadmin]
