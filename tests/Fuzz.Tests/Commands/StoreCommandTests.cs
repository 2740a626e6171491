// `store` as a user meets it: hunts go in once however often they are imported, come out as a list and as lines of text, and what
// cannot be taken is one line. At the end several programs write at once and one of them is killed.

using System.Reflection;
using System.Text.Json.Nodes;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Results.Commands;
using Microsoft.Data.Sqlite;

namespace Managarm.Perf.Fuzz.Tests.Commands;

public sealed class StoreCommandTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    private string Store => scratch.At("results.sqlite");

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("import")]
    [InlineData("export")]
    [InlineData("list")]
    public void Help_shows_an_example(string part)
    {
        CommandResult result = CommandRunner.Run("store", part, "--help");
        Assert.Equal(CommandExit.Clean, result.ExitCode);
        Assert.Contains("Example:", result.Output, StringComparison.Ordinal);
        Assert.All(result.Output.Split('\n'), line => Assert.InRange(line.Length, 0, CommandContext.DefaultWidth));
    }

    [Fact]
    public void What_a_hunt_writes_is_imported_once_and_listed()
    {
        string path = scratch.At("hunt.json");
        string[] hunt = ["defects", "hunt", "flag-not-reset", "fork-forgets-mask", "--corpus", "empty", "--seeds", "2"];
        Assert.Equal(CommandExit.Clean, CommandRunner.Run([.. hunt, "--runs", "400", "--out", path]).ExitCode);
        Assert.Equal($"{path}: 9 rows added, 0 changed, 0 already there\n", Import(path));
        Assert.Equal($"{path}: 0 rows added, 0 changed, 9 already there\n", Import(path));
        CommandResult list = CommandRunner.Run("store", "list", "hunts", "--store", Store);
        Assert.Equal((CommandExit.Clean, ""), (list.ExitCode, list.Error));
        Assert.Matches(@"\nfork-forgets-mask +monolithic +[0-2]/2 .*\n2 hunts\n$", list.Output);

        JsonNode written = JsonNode.Parse(File.ReadAllText(path))!;
        JsonNode listed = JsonNode.Parse(CommandRunner.Run("store", "list", "hunts", "--store", Store, "--json").Output)!;
        JsonNode first = listed["hunts"]!.AsArray()[0]!;
        Assert.Equal(written["defects"]!.AsArray()[0]!["attempts"]!.ToJsonString(), first["attempts"]!.ToJsonString());
        Assert.Equal(written[Provenance.Member]!.ToJsonString(), first[Provenance.Member]!.ToJsonString());
    }

    [Fact]
    public void A_campaign_is_imported_as_far_as_it_is()
    {
        string path = scratch.At("nights/a");
        RunCampaign(path);
        Assert.EndsWith("0 changed, 0 already there\n", Import(scratch.At("nights")), StringComparison.Ordinal);
        Assert.Contains(": 0 rows added, 0 changed", Import(path), StringComparison.Ordinal);
        Assert.Contains(" finished ", List("campaigns"), StringComparison.Ordinal);

        // A process that dies behind its round leaves no line of it; the next session tells it.
        string events = Path.Combine(path, "events.ndjson");
        string[] told = File.ReadAllLines(events);
        File.WriteAllLines(events, told.Where(static line => !line.Contains("\"rounds\":1,", StringComparison.Ordinal)));
        CommandRunner.Run("campaign", "--resume", path, "--runs", "8192", "--jobs", "1");
        Assert.Contains(" 2 changed", Import(path), StringComparison.Ordinal);

        JsonArray Listed(string list) => JsonNode.Parse(
            CommandRunner.Run("store", "list", list, "--store", Store, "--json").Output)![list]!.AsArray();
        JsonNode campaign = Assert.Single(Listed("campaigns"))!;
        Assert.Equal((2, 8192), ((int)campaign["rounds"]!, (int)campaign["runs"]!));
        Assert.Contains(Listed("causes"), static cause => (string?)cause!["cause"] == "defect fork-forgets-mask");
        Assert.All(Listed("findings"), static finding =>
            Assert.Contains("\nschedule ", (string?)finding!["scenario"], StringComparison.Ordinal));
        using var connection = new SqliteConnection($"Data Source={Store};Mode=ReadOnly");
        connection.Open();
        using SqliteCommand sum = connection.CreateCommand();
        sum.CommandText = "SELECT count(*), sum(runs), sum(steps) FROM rounds";
        using SqliteDataReader row = sum.ExecuteReader();
        Assert.True(row.Read());
        Assert.Equal((2L, 8192L, (long)campaign["steps"]!), (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)));
    }

    [Fact]
    public void A_campaign_that_lacks_something_is_refused_whole()
    {
        string path = scratch.At("a");
        RunCampaign(path);
        string finding = Directory.GetDirectories(Path.Combine(path, "findings"))[0];
        File.Move(Path.Combine(finding, "scenario.scn"), scratch.At("aside"));
        CommandResult refused = CommandRunner.Run("store", "import", path, "--store", Store);
        Assert.Equal(CommandExit.BadInput, refused.ExitCode);
        Assert.Equal($"{finding}/scenario.scn: the scenario of a finding is missing\n", refused.Error);
        Assert.EndsWith("0 campaigns\n", List("campaigns"), StringComparison.Ordinal);

        File.Move(scratch.At("aside"), Path.Combine(finding, "scenario.scn"));
        File.WriteAllText(Path.Combine(path, "events.ndjson"), "");
        CommandResult nobody = CommandRunner.Run("store", "import", path, "--store", Store);
        Assert.Equal(CommandExit.BadInput, nobody.ExitCode);
        Assert.Contains("no event says which command began the campaign", nobody.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_is_imported_and_an_export_makes_the_same_store()
    {
        string nights = Directory.CreateDirectory(scratch.At("nights")).FullName;
        File.WriteAllText(Path.Combine(nights, "2.json"), Document("two"));
        File.WriteAllText(Path.Combine(nights, "1.json"), Document("one"));
        File.WriteAllText(Path.Combine(nights, "notes.txt"), "not looked at");
        Assert.Equal(
            $"{nights}/1.json: 6 rows added, 0 changed, 0 already there\n"
            + $"{nights}/2.json: 4 rows added, 0 changed, 2 already there\n", Import(nights));
        string export = scratch.At("export.ndjson");
        CommandResult told = CommandRunner.Run("store", "export", "--store", Store, "--out", export);
        Assert.Equal((CommandExit.Clean, $"{export}: 10 rows\n"), (told.ExitCode, told.Output));
        Assert.Equal(File.ReadAllText(export), Export(Store));
        string second = scratch.At("second.sqlite");
        CommandResult imported = CommandRunner.Run("store", "import", export, "--store", second, "--json");
        Assert.Equal(10, JsonNode.Parse(imported.Output)!["files"]![0]!["rowsAdded"]!.GetValue<int>());
        Assert.Equal(File.ReadAllText(export), Export(second));
    }

    [Theory]
    [InlineData("campaigns", "campaign  protocols  profile  seed  rounds  runs  steps  state  commit  time\n0 campaigns\n")]
    [InlineData("findings", "finding  campaign  protocol  invariant  call  cause  state  commit  time\n0 findings\n")]
    [InlineData("causes", "cause  kind  protocol  campaign  violations  state  commit  time  reason\n0 causes\n")]
    public void A_list_of_nothing_is_empty(string table, string expected)
    {
        Import(scratch.Write("hunt.json", Document("one")));
        Assert.Equal(expected, CommandRunner.Run("store", "list", table, "--store", Store).Output);
        JsonNode document = JsonNode.Parse(CommandRunner.Run("store", "list", table, "--store", Store, "--json").Output)!;
        Assert.Empty(document[table]!.AsArray());
    }

    /// <summary>What an export tells of campaigns, causes and findings is what the lists show.</summary>
    [Fact]
    public void Campaigns_with_their_causes_and_findings_are_listed()
    {
        Import(scratch.Write("hunt.json", Document("one")));
        string[] lines = Export(Store).Split('\n');
        string provenance = JsonNode.Parse(lines[3])!["provenance_id"]!.GetValue<string>();
        string[] rows =
        [
            .. lines[..4], Row("campaigns", provenance, CampaignMembers), Row("causes", provenance, CauseMembers),
            Row("findings", provenance, FindingMembers), "{\"rows\":6}", "",
        ];
        Import(scratch.Write("night.ndjson", string.Join('\n', rows)));
        Assert.Matches(
            @"\nnight +tristate +managarm +7 +3 +12,288 +999,999 +open +0123456\+ +2026-01-31T23:59:59Z\n1 campaign\n$",
            List("campaigns"));
        Assert.Matches(@"\nO1 +window +tristate +night +40 +known +0123456\+ +\S+ +told upstream\n1 cause\n$", List("causes"));
        Assert.Matches(
            @"\ntristate-liveness-read-a347 +night +tristate +liveness +read +O1 +new +0123456\+ +\S+\n1 finding\n$",
            List("findings"));
        JsonNode finding = JsonNode.Parse(List("findings", "--json"))!["findings"]!.AsArray().Single()!;
        Assert.Equal("A: pause()\n", finding["scenario"]!.GetValue<string>());
        Assert.Equal(40, JsonNode.Parse(List("causes", "--json"))!["causes"]![0]!["violations"]!.GetValue<int>());
        Assert.Equal(7, JsonNode.Parse(List("campaigns", "--json"))!["campaigns"]![0]!["seed"]!.GetValue<int>());
    }

    private static void RunCampaign(string path) => CommandRunner.Run(
        "campaign", "--dir", path, "--protocol", "ordered", "--defect", "fork-forgets-mask", "--corpus", "empty", "--steps", "1",
        "--jobs", "1");

    private string List(string list) => CommandRunner.Run("store", "list", list, "--store", Store).Output;

    private const string CampaignMembers =
        "\"campaign_id\":\"night\",\"protocols\":\"tristate\",\"profile\":\"managarm\",\"seed\":\"7\",\"shard\":\"1/1\","
        + "\"options\":\"\",\"rounds\":3,\"is_finished\":0,"
        + "\"runs\":12288,\"calls\":5,\"steps\":999999,\"decisions\":6,\"corpus_entries\":8";

    private const string CauseMembers =
        "\"campaign_id\":\"night\",\"protocol\":\"tristate\",\"cause\":\"O1\",\"kind\":\"window\",\"violations\":40,\"is_new\":0,"
        + "\"reason\":\"told upstream\",\"first_run\":null";

    private const string FindingMembers =
        "\"campaign_id\":\"night\",\"finding\":\"tristate-liveness-read-a347\",\"protocol\":\"tristate\","
        + "\"profile\":\"managarm\","
        + "\"invariant\":\"liveness\",\"call\":\"read\",\"round\":1,\"run\":9,\"signature\":\"s\",\"scenario\":\"A: pause()\\n\","
        + "\"is_new\":1,\"cause\":\"O1\"";

    public static TheoryData<string, string> WrongFiles => new()
    {
        { "", "FILE: " },
        { "nonsense", "FILE: 'nonsense' is an invalid" },
        { "[]", "FILE: this is no document that `defects hunt` has written" },
        { "{\"version\": 1, \"command\": \"campaign\"}", "FILE: this is no document that `defects hunt` has written" },
        { Document("a").Replace("provenance", "origin"), "FILE: the document does not say where it comes from" },
        { Document("a").Replace("\"changed\"", "\"dirty\""), "FILE: this is no document" },
        { Document("a").Replace("23:59:59Z", "24:00:00Z"), "FILE: this is no document" },
        { Document("a").Replace("\"processors\": 2", "\"processors\": 0"), "FILE: this is no document" },
        { Document("a").Replace("\"processors\": 2", "\"processors\": \"2\""), "FILE: this is no document" },
        { Document("a").Replace("[\"a\"]", "[null]"), "FILE: this is no document" },
        { Document("a").Replace("[\"a\"]", "\"a\""), "FILE: this is no document" },
        { Document("a").Replace("\"seed\": 2", "\"seed\": 1"), "FILE: flag-not-reset has two attempts with one seed" },
        { Document("a").Replace(": 400,\n", ": 18446744073709551615,\n"), "FILE: runsAtMost is 18446744073709551615, more than" },
        { Document("a").Replace("\"corpus\": \"a\"", "\"corpus\": \"\\u0000\""), "FILE: hunts " },
        { "{\"store\":\"Managarm.Perf\",\"version\":9}\n", "FILE:1: the export is of version 9 and this program knows 1" },
        { "{\"store\":\"Managarm.Perf\",\"version\":1}\n", "FILE: the export was cut short" },
        { "{\"store\":\"Managarm.Perf\",\"version\":1}\n{\"rows\":1}\n", "FILE:2: there are 0 rows" },
    };

    [Theory]
    [MemberData(nameof(WrongFiles))]
    public void A_wrong_file_is_one_line_and_leaves_the_store_as_it_was(string content, string message)
    {
        Import(scratch.Write("right.json", Document("right")));
        string before = Export(Store);
        string path = scratch.Write("wrong.json", content);
        AssertRefused(message.Replace("FILE", path, StringComparison.Ordinal), "store", "import", path, "--store", Store);
        Assert.Equal(before, Export(Store));
    }

    [Fact]
    public void A_file_that_is_no_text_or_no_store_or_says_something_else_is_refused()
    {
        string path = scratch.At("export.ndjson");
        byte[] start = [.. "{\"store\":\"Managarm.Perf\",\"version\":1}\n{\"table\":\""u8];
        File.WriteAllBytes(path, [.. start, 0xFF, 0xFE]);
        AssertRefused($"{path}: this is no UTF-8", "store", "import", path, "--store", Store);

        string text = scratch.Write("text", "no store");
        string hunt = scratch.Write("hunt.json", Document("one"));
        AssertRefused($"{text}: this is no results store", "store", "import", hunt, "--store", text);
        Assert.Equal("no store", File.ReadAllText(text));
        AssertRefused($"{text}: this is no results store", "store", "list", "hunts", "--store", text, "--json");

        Import(hunt);
        string other = scratch.Write("other.json", Document("one").Replace("\"runsAtMost\": 400", "\"runsAtMost\": 401"));
        AssertRefused($"{other}: hunts ", "store", "import", other, "--store", Store);
        string empty = Directory.CreateDirectory(scratch.At("empty")).FullName;
        AssertRefused($"{empty}: there is no .json or .ndjson file", "store", "import", empty, "--store", Store);
        AssertRefused($"{Store}: ", "store", "import", Store, "--store", Store);
    }

    [Fact]
    public void An_interrupted_import_keeps_what_it_has_told()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        using var error = new StringWriter();
        string path = scratch.Write("hunt.json", Document("one"));
        var context = new CommandContext { Output = TextWriter.Null, Error = error, Stop = stop.Token };
        Assert.Equal(CommandExit.Interrupted, FuzzApplication.Run(["store", "import", path, "--store", Store], context));
        Assert.StartsWith($"{path}: interrupted; nothing of it was imported", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("{\"rows\":0}", Export(Store), StringComparison.Ordinal);
    }

    /// <summary>Four programs import at once and one is killed without a word: what each has told is there and whole, and when
    /// the import is repeated the store is the same as one that was filled in peace.</summary>
    [Fact]
    public void What_was_told_survives_a_kill_among_several_writers()
    {
        const int Writers = 4;
        const int Files = 60;
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no such signals");
        string[][] files = [.. Enumerable.Range(0, Writers).Select(writer => Enumerable.Range(0, Files).Select(
            number => scratch.Write($"{writer}-{number}.json", Document($"{writer}-{number}"))).ToArray())];

        // The one that is killed imports its files again and again, so that it is at work however late the kill comes.
        const int Repeats = 50;
        string[] repeated = [.. Enumerable.Repeat(files[0], Repeats).SelectMany(each => each)];
        ToolProcess[] tools = [.. files.Select((each, writer) => Start(
            ["store", "import", .. writer == 0 ? repeated : each, "--store", Store]))];
        tools[0].AwaitOutput("rows added");
        tools[0].Signal("KILL");
        ToolResult[] results = [.. tools.Select(tool => tool.Wait())];
        Array.ForEach(tools, tool => tool.Dispose());
        const int Killed = 128 + 9;
        Assert.Equal([Killed, 0, 0, 0], results.Select(result => result.ExitCode));

        string[] told = [.. results.SelectMany(result => result.Output.Split('\n')).Where(line => line.Contains("rows added"))];
        Assert.InRange(told.Length, ((Writers - 1) * Files) + 1, int.MaxValue);
        HashSet<string> kept = [.. Query("SELECT corpus FROM hunts JOIN hunt_attempts USING (provenance_id, defect)")];
        Assert.All(told, line => Assert.Contains(Path.GetFileNameWithoutExtension(line[..line.IndexOf(": ")]), kept));
        Assert.Equal(["ok"], Query("PRAGMA integrity_check"));
        Assert.Empty(Query("PRAGMA foreign_key_check"));

        Import(files[0]);
        string peaceful = scratch.At("peaceful.sqlite");
        CommandRunner.Run(["store", "import", .. files.Reverse().SelectMany(each => each), "--store", peaceful]);
        Assert.Equal(Export(peaceful), Export(Store));
    }

    private static ToolProcess Start(string[] arguments)
    {
        const string Program = "Managarm.Perf.Fuzz";
        string configuration =
            typeof(StoreCommandTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        string path = Path.Combine(
            RepositoryRoot.Path, "artifacts", "bin", Program, configuration.ToLowerInvariant(), $"{Program}.dll");
        return ToolProcess.Start(RepositoryRoot.Path, "dotnet", ["exec", path, .. arguments]);
    }

    private string[] Query(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Store};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using SqliteDataReader reader = command.ExecuteReader();
        var values = new List<string>();
        while (reader.Read())
        {
            values.Add(reader.GetString(0));
        }

        return [.. values];
    }

    private string Import(params string[] paths)
    {
        CommandResult result = CommandRunner.Run(["store", "import", .. paths, "--store", Store]);
        Assert.Equal((CommandExit.Clean, ""), (result.ExitCode, result.Error));
        return result.Output.Replace('\\', '/');
    }

    private static string Export(string store) => CommandRunner.Run("store", "export", "--store", store).Output;

    private string List(string table, params string[] options)
    {
        CommandResult result = CommandRunner.Run(["store", "list", table, "--store", Store, .. options]);
        Assert.Equal((CommandExit.Clean, ""), (result.ExitCode, result.Error));
        return result.Output;
    }

    private static string Row(string table, string provenance, string members) =>
        $"{{\"table\":\"{table}\",\"provenance_id\":\"{provenance}\",{members}}}";

    private static void AssertRefused(string message, params string[] arguments)
    {
        CommandResult result = CommandRunner.Run(arguments);
        Assert.StartsWith(message, result.Error, StringComparison.Ordinal);
        Assert.Equal((CommandExit.BadInput, ""), (result.ExitCode, result.Output));
        Assert.Equal(1, result.Error.Count(letter => letter == '\n'));
    }

    /// <summary>A hunt for one defect with two seeds; corpus and command line are its own.</summary>
    private static string Document(string corpus)
    {
        return $$"""
            {
              "version": 1, "command": "defects", "mode": "hunt", "model": 6, "corpus": "{{corpus}}", "runsAtMost": 400,
              "defects": [
                {
                  "name": "flag-not-reset", "protocol": "monolithic", "profile": "managarm",
                  "attempts": [
                    { "seed": 1, "runs": 3, "isFound": true },
                    { "seed": 2, "runs": 400, "isFound": false }
                  ]
                }
              ],
              "provenance": {
                "commit": "0123456789abcdef0123456789abcdef01234567", "tree": "changed", "modelVersion": 6,
                "time": "2026-01-31T23:59:59Z", "command": ["{{corpus}}"],
                "machine": {
                  "system": "Plan 9", "architecture": "X64", "processor": "one", "processors": 2, "runtime": "none"
                }
              }
            }
            """;
    }
}
