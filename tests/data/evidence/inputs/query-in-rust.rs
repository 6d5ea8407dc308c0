let form = reqwest::multipart::Form::new().file("logfile", "trace.zip").await?;
client.post("https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop/815/files/logfile").query(&parameters).multipart(form).send().await?;
