"""The studies: closed experiments beside the main line, each of which answers one question.

    dvc repro -P                                             the main line and every study
    dvc repro stages/studies/dvc.yaml:linear-ae-is-pca       one study

Each is a stage in a file of its own: `python -m stages.studies.<study>` reads its section of
`stages/studies/params.yaml` and the digits in `data/raw`, trains, measures, and writes
`reports/studies/<study>/`: `metrics.json`, figures, and `README.md` with the question and the answer.
`check_params` refuses bad settings before any work; `index` lists the answers.
"""
