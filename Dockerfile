# The lessons in JupyterLab, at the versions of constraints.txt:
#     docker build -t shapzero-lite . && docker run --rm -p 8888:8888 shapzero-lite
# Then open the address with 127.0.0.1 that it prints. What is written stays in the container; to
# keep it, mount a folder: -v "$PWD/mine:/suite/notebooks/mine"
FROM python:3.11
RUN useradd --create-home --uid 1000 learner && install --directory --owner learner /suite
USER learner
WORKDIR /suite
COPY --chown=learner . .
RUN PIP_NO_CACHE_DIR=1 make environment
EXPOSE 8888
CMD [".venv/bin/python", "-m", "jupyter", "lab", "--ip=0.0.0.0", "--no-browser", "notebooks"]
