$form = @{ logfile = Get-Item -Path 'C:\logs\app.log' }
Invoke-RestMethod -Uri "https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop/9001/files/logfile?apiKey=9c4e17b0aa" -Method Post -Form $form
