library(httr)
answer <- POST("https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop", query = list(apiKey = key), body = ticket, encode = "json")
