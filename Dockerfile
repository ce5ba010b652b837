# docker build -t pullquote .
# docker run -p 7860:7860 -v ~/articles:/articles:ro -v pullquote-index:/index -e PULLQUOTE_AUTH='anna:a long password' pullquote
FROM python:3.11-slim

WORKDIR /app
COPY pyproject.toml README.md LICENSE ./
COPY corpus corpus
COPY index index
COPY rag rag
COPY ui ui
RUN pip install --no-cache-dir . && useradd --create-home reader && mkdir /articles /index && chown reader /index

ENV PULLQUOTE_CORPUS=/articles PULLQUOTE_INDEX=/index
VOLUME ["/articles", "/index"]
EXPOSE 7860
USER reader
WORKDIR /home/reader

HEALTHCHECK --interval=30s --timeout=5s --start-period=10m \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/health', timeout=4)"]
CMD ["sh", "-c", "pullquote index && exec pullquote serve --host 0.0.0.0"]
