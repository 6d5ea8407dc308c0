var r = await http.PostAsync("https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa", new StringContent("{\"summary\": \"Freeze\"}"));
