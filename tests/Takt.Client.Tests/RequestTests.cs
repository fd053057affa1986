using System.Text.Json.Nodes;
using Takt.Client.Lines;
using Takt.Protocols.Deployments;
using Takt.Protocols.Rows;
using static Takt.Client.Tests.ScriptedServer;

namespace Takt.Client.Tests;

public class RequestTests
{
    [Fact]
    public async Task Rows_go_with_all_that_is_said_about_them_and_come_back_typed()
    {
        using var server = new ScriptedServer(Says(200, """
            {"model":"press","version":"2","task":"classification","target":"failure","unit":null,"later":7,
             "predictions":[{"row":0,"value":"yes","probability":0.75,"probabilities":{"yes":0.75,"no":0.25},
               "explanation":{"method":"occlusion","baseline":0.5,"contributions":[{"column":"Torque","unit":"Nm","value":61.2,"typical":40,"effect":0.25}]}}],
             "errors":[{"row":1,"problem":{"found":"'x'","expected":"a number","wayOut":null,"where":"Torque"}}]}
            """));
        using var takt = server.Client("takt_k1_secret");
        var answer = await takt.PredictAsync("press:2", [new JsonObject { ["Torque"] = 61.2, ["Grade"] = null }, new JsonObject { ["Torque"] = "x" }], explain: true, OnError.Skip,
            new CallContext { Parameters = new Dictionary<string, string> { ["station"] = "S1" }, Priority = 1, Timeout = TimeSpan.FromMinutes(2) });
        Assert.Equal(("POST", "/plant/api/models/press%3A2/predict",
            """{"rows":[{"Torque":61.2,"Grade":null},{"Torque":"x"}],"onError":"skip","explain":true,"parameters":{"station":"S1"},"priority":1,"timeoutMs":120000}"""), server.Requests.Single());
        Assert.Equal("Bearer takt_k1_secret", server.Headers.Single().Authorization!.ToString());
        var row = Assert.Single(answer.Predictions);
        Assert.Equal(("2", "yes", 0.75, 0.25), (answer.Version, row.Value.GetValue<string>(), row.Probability!.Value, row.Probabilities!["no"]));
        Assert.Equal(("Torque", 0.25), (row.Explanation!.Contributions[0].Column, row.Explanation.Contributions[0].Effect));
        Assert.Equal((1, "Torque"), (answer.Errors.Single().Row, answer.Errors.Single().Problem.Where));
    }

    [Fact]
    public async Task A_deployment_keeps_the_defaults_that_nobody_said()
    {
        using var server = new ScriptedServer(Says(200, """
            {"model":"press","spec":{"traffic":[{"to":"champion","weight":3}],"splitBy":"station"},"revision":4,"changedAt":"2026-03-01T10:00:00+00:00",
             "answering":[{"version":2,"share":1}],"versions":[],"problem":null}
            """));
        using var takt = server.Client();
        var state = await takt.Deployments.SetAsync("press", new DeploymentSpec { Shadow = new("3", 0.5) });
        Assert.Equal(("PUT", "/plant/api/deployments/press"), (server.Requests[0].Method, server.Requests[0].Path));
        Assert.Equal(new ShadowSpec("3", 0.5), DeploymentJson.Read(System.Text.Encoding.UTF8.GetBytes(server.Requests[0].Body))!.Shadow);
        Assert.True(state.Spec!.Active);
        Assert.Equal((256, 3, 4), (state.Spec.Limits.Queue, state.Spec.Traffic[0].Weight, state.Revision));
        await takt.Deployments.RollBackAsync("press", "scrap rate rose");
        await takt.Deployments.StopAsync("press");
        await takt.Deployments.ResetAsync("press");
        Assert.Equal([("POST", "/plant/api/deployments/press/rollback", """{"reason":"scrap rate rose"}"""), ("POST", "/plant/api/deployments/press/stop", "{}"), ("DELETE", "/plant/api/deployments/press", "")],
            server.Requests.Skip(1));
    }

    [Fact]
    public async Task A_line_is_followed_event_by_event_until_the_server_ends_it()
    {
        using var server = new ScriptedServer(Says(503), Says(200, """
            event: cycle
            data: {"cycle":7,"time":"2026-03-01T10:00:00+00:00","texts":{"recipe":"A"},"values":[1.5,null]}

            event: from a later version
            data: {}

            event: reading
            data: {"cycle":7,"time":"2026-03-01T10:00:00+00:00","probability":0.9,"flagged":true,"truth":null}

            event: fault
            data: {"id":3,"start":"2026-03-01T10:00:00+00:00","end":null,"peak":0.9,"probability":0.9,"explanation":null,"truth":null,"delaySeconds":null,"falseAlarm":null}


            """, type: "text/event-stream"));
        using var takt = server.Client();
        var events = new List<LineEvent>();
        await foreach (var happened in takt.Lines.StreamAsync("press-line")) events.Add(happened);
        Assert.Equal([typeof(CycleEvent), typeof(ReadingEvent), typeof(FaultEvent)], events.Select(e => e.GetType()));
        Assert.Equal([1.5, null], ((CycleEvent)events[0]).Cycle.Values);
        Assert.Equal(3, ((FaultEvent)events[2]).Fault.Id);
        Assert.Equal("/plant/api/lines/press-line/stream", server.Requests[^1].Path);
    }
}
