"""The pipeline: every module directly in this folder is one DVC stage.

    check_params → fetch_data → prepare_noisy_data → train_ae  ─┐
                                                     train_vae ─┼→ embed → tsne → plot → report
                                                     train_wta ─┘     (one of each per model)

    models/     networks and objectives          know nothing of files
    analyses/   model or codes → arrays          know nothing of matplotlib
    figures/    arrays → matplotlib figures      know nothing of models
    pages/      metrics → sentences and HTML
    common/     settings, data sets, the training loop, metrics, files

`dvc.yaml` says what each stage reads and writes, `params.yaml` holds every number.
"""
