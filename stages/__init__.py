"""The pipeline: every module directly in this folder is one DVC stage.

    check_params → fetch_data → prepare_noisy_data → train_ae  ─┐
                                                     train_vae ─┼→ embed → tsne → plot → explore, report
                                                     train_wta ─┘     (one of each per model)

The rooms below, each of which knows itself and those above it:

    common/     settings, files, errors, metrics, where to compute, on how many processors
    images/     data sets and their sources, noise, parts
    models/     networks and objectives          know nothing of files
    training/   the loop, checkpoints, snapshots, many runs at once
    analyses/   model or codes → arrays          know nothing of matplotlib

and for what is shown, which knows nothing of models: cards/ → figures/ → pages/, templates with every word.
The studies, in studies/, are a second pipeline.

`dvc.yaml` says what each stage reads and writes, `params.yaml` holds every number.
"""

from stages.common import arithmetic, startup

startup.prepare()  # first: from here on Ctrl-C is quiet
arithmetic.pin()  # before NumPy and PyTorch are loaded
