iex(3)> HTTPoison.post("https://feedback.example.com/api/v1/projects/aurora-2/feedback/helpdesk?apiKey=7b1e94d0c35f4a86", Jason.encode!(%{summary: "Sync stops", severity: "High"}), [{"Content-Type", "application/json"}])
{:error, %HTTPoison.Error{reason: :nxdomain, id: nil}}
