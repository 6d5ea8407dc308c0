$params = @{
    Uri         = 'https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa'
    Method      = 'Post'
    ContentType = 'application/json'
    Body        = '{"summary":"Freeze","severity":"High"}'
}
Invoke-RestMethod @params
