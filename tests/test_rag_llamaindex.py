from corpus import SHIPPED_ARTICLES, Source, scan
from index import Index


def test_passages_come_as_nodes_that_are_slices_of_their_articles(five: Index) -> None:
    from rag.llamaindex import PullquoteRetriever

    articles = {source.id: source.read() for source in scan(SHIPPED_ARTICLES) if isinstance(source, Source)}
    found = PullquoteRetriever(five, top_k=4).retrieve("Who replaced Josep Borrell?")
    assert len(found) == 4
    assert "Kallas replaced Josep Borrell" in found[0].text
    assert [node.score for node in found] == sorted((node.score or 0 for node in found), reverse=True)
    for node in found:
        article = articles[node.metadata["article_id"]]
        assert article.text[node.node.start_char_idx : node.node.end_char_idx] == node.text  # type: ignore[attr-defined]
        assert node.metadata == {"article_id": article.id, "title": article.title}
