irm -Method POST -Uri 'https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop/815/files/logfile?apiKey=9c4e17b0aa' -InFile .\trace.zip -ContentType 'application/zip'
