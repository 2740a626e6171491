// `corpus` as a user meets it: what is said of a corpus is the same for any number of jobs, a smaller corpus shows what the
// larger one showed, a merge is the union, bytes come back as the scenarios that they were, and what goes wrong is one line and
// leaves everything as it was.

using System.Text.Json.Nodes;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Bytes;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.EngineInputs;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Tests.Commands;

public sealed class CorpusCommandTests : IDisposable
{
    private const string Pause = "A: pause()\nB: kill(A, USR1)\n";

    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("stats")]
    [InlineData("check")]
    [InlineData("merge")]
    [InlineData("minimize")]
    [InlineData("import")]
    [InlineData("export")]
    public void Help_shows_an_example(string part)
    {
        CommandResult result = CommandRunner.Run("corpus", part, "--help");
        Assert.Equal(CommandExit.Clean, result.ExitCode);
        Assert.Contains("Example:", result.Output, StringComparison.Ordinal);
        Assert.All(result.Output.Split('\n'), line => Assert.InRange(line.Length, 0, CommandContext.DefaultWidth));
    }

    [Fact]
    public void Stats_are_the_same_for_any_number_of_jobs()
    {
        string corpus = MakeCorpus("corpus", 1, 12);
        string[] stats = ["corpus", "stats", corpus, "--schedules", "4"];
        string once = Output([.. stats, "--jobs", "1"]);
        Assert.Equal(once, Output([.. stats, "--jobs", "3"]));
        Assert.StartsWith(
            $"{corpus}: 12 scenarios, 0 duplicates, 0 damaged files\nfeatures under tristate with 5 schedules each: ",
            once, StringComparison.Ordinal);
        string document = Output([.. stats, "--jobs", "2", "--json"]);
        Assert.Equal(CommandRunner.Stable(document), CommandRunner.Stable(Output([.. stats, "--json", "--jobs", "1"])));
        JsonNode json = JsonNode.Parse(document)!;
        Assert.NotNull(json[Provenance.Member]);
        Assert.Equal(12, json["entries"]!.AsArray().Count);
        Assert.Equal(
            json["featuresOfOneScenario"]!.GetValue<int>(),
            json["entries"]!.AsArray().Sum(entry => entry!["featuresOfItsOwn"]!.GetValue<int>()));
    }

    [Fact]
    public void Stats_name_damaged_files_and_count_the_others()
    {
        string corpus = MakeCorpus("corpus", 1, 2);
        string damaged = Path.Combine(corpus, "zz.scn");
        File.WriteAllText(damaged, "A: pose()\n");
        CommandResult result = CommandRunner.Run("corpus", "stats", corpus, "--schedules", "1");
        Assert.Equal(CommandExit.BadInput, result.ExitCode);
        Assert.StartsWith($"{damaged}:1:", result.Error, StringComparison.Ordinal);
        Assert.Contains("2 scenarios, 0 duplicates, 1 damaged file\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_campaign_says_under_which_protocols_its_corpus_is_measured_and_keeps_its_files()
    {
        string night = scratch.At("night");
        CommandRunner.Run("campaign", "--dir", night, "--runs", "1", "--corpus", "empty", "--protocol", "none", "--jobs", "1");
        string corpus = Path.Combine(night, "corpus");
        foreach (string path in new[] { night, corpus })
        {
            string told = Output("corpus", "stats", path, "--schedules", "0");
            Assert.Contains("features under none with 1 schedule each", told, StringComparison.Ordinal);
            AssertRefused($"{corpus}: the corpus belongs to the campaign in ", "corpus", "minimize", path);
        }
    }

    [Fact]
    public void Check_tells_every_problem_with_its_line_and_changes_nothing()
    {
        string corpus = MakeCorpus("corpus", 1, 5);
        Assert.Equal($"{corpus}: 5 files checked, 0 problems\n", Output("corpus", "check", corpus));
        string first = Path.Combine(corpus, "x1.scn");
        File.WriteAllText(first, Pause);
        File.WriteAllText(Path.Combine(corpus, "x2.scn"), "# the same\n" + Pause);
        File.WriteAllText(Path.Combine(corpus, "x3.scn"), "A: pause()\nA:  yield( )\n");
        File.WriteAllText(Path.Combine(corpus, "x4.scn"), "A: pause(\n");
        File.WriteAllBytes(Path.Combine(corpus, "x5.scn"), [0xFF, 0xFE, 0x00]);
        string before = ContentOf(corpus);
        CommandResult result = CommandRunner.Run("corpus", "check", corpus);
        Assert.Equal((CommandExit.BadInput, before), (result.ExitCode, ContentOf(corpus)));
        string[] lines = result.Error.TrimEnd('\n').Split('\n');
        Assert.All(lines, line => Assert.Matches(@"/x[2-5]\.scn:\d+:\d+: ", line.Replace('\\', '/')));
        Assert.Contains($"{corpus}/x2.scn:1:1: the scenario is that of {first}", lines);
        Assert.Contains(lines, line => line.Contains("x4.scn:1:", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("x5.scn:1:1: ", StringComparison.Ordinal));
        Assert.EndsWith($"10 files checked, {lines.Length} problems\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_smaller_corpus_has_the_same_features_and_none_to_spare()
    {
        string corpus = MakeCorpus("corpus", 1, 30);
        string small = scratch.At("small");
        string[] minimize = ["corpus", "minimize", "--schedules", "3"];
        string told = Output([.. minimize, corpus, "-o", small]);
        JsonNode before = Stats(corpus);
        JsonNode after = Stats(small);
        Assert.Equal(before["features"]!.GetValue<int>(), after["features"]!.GetValue<int>());
        Assert.InRange(after["scenarios"]!.GetValue<int>(), 1, 29);
        Assert.All(after["entries"]!.AsArray(), entry => Assert.NotEqual(0, entry!["featuresOfItsOwn"]!.GetValue<int>()));
        Assert.Matches(@"^ +scenarios +features +steps +bytes\nbefore +30 .*\nafter .*\n", told);
        Assert.EndsWith(" features are kept\n", told, StringComparison.Ordinal);

        Output([.. minimize, corpus]);
        Assert.Equal(ContentOf(small), ContentOf(corpus));
        Output([.. minimize, corpus]);
        Assert.Equal(ContentOf(small), ContentOf(corpus));
        Assert.Equal(["corpus", "small"], NamesIn(scratch.Location));
    }

    [Fact]
    public void A_corpus_with_something_else_in_it_is_not_replaced()
    {
        string corpus = MakeCorpus("corpus", 1, 3);
        string notes = Path.Combine(corpus, "notes.txt");
        File.WriteAllText(notes, "mine");
        AssertRefused($"{notes}: this is no scenario", "corpus", "minimize", corpus);
        File.Delete(notes);
        string damaged = Path.Combine(corpus, "zz.scn");
        File.WriteAllText(damaged, "A: pose()\n");
        string before = ContentOf(corpus);
        AssertRefused($"{damaged}:1:", "corpus", "minimize", corpus, "--schedules", "1");
        AssertRefused($"{damaged}:1:", "corpus", "merge", corpus, "-o", scratch.At("out"));
        AssertRefused($"{damaged}:1:", "corpus", "export", corpus, "--bytes", "-o", scratch.At("out"));
        Assert.Equal(before, ContentOf(corpus));
        Assert.Equal(["corpus"], NamesIn(scratch.Location));
    }

    [Fact]
    public void A_merge_is_the_union_with_the_first_in_front()
    {
        string left = MakeCorpus("left", 1, 6);
        string right = MakeCorpus("right", 4, 6);
        Merge("both", left, right);
        Merge("turned", right, left);
        Merge("again", scratch.At("both"), scratch.At("both"), left);
        string[] both = HashesIn("both");
        Assert.Equal(9, both.Length);
        Assert.Equal(both.Order(), HashesIn("turned").Order());
        Assert.Equal(both, HashesIn("again"));
        Assert.Equal(ContentOf(scratch.At("both")), ContentOf(scratch.At("again")));
        Assert.Equal(NamesIn(left).Select(name => Path.GetFileNameWithoutExtension(name)!), both[..6]);
        string place = scratch.At("place");
        string told = Output("corpus", "merge", left, right, "-o", place);
        Assert.Equal(
            $"{left}: 6 scenarios added, 0 already there\n{right}: 3 scenarios added, 3 already there\n"
            + $"{place}: 9 scenarios\n", told);
        AssertRefused($"{place}: the directory is not empty", "corpus", "merge", left, "-o", place);
    }

    [Fact]
    public void What_is_exported_and_imported_again_is_the_same()
    {
        string corpus = MakeCorpus("corpus", 1, 20);
        string bytes = scratch.At("bytes");
        Assert.Equal($"{bytes}: 20 files\n", Output("corpus", "export", corpus, "--bytes", "-o", bytes));
        Assert.Equal(
            $"{scratch.At("back")}: 20 scenarios of 20 files, 0 duplicates dropped, 0 not decoded\n",
            Output("corpus", "import", bytes, "-o", scratch.At("back")));
        Assert.Equal(NamesIn(corpus), NamesIn(scratch.At("back")));
        Output("corpus", "export", scratch.At("back"), "--bytes", "-o", scratch.At("bytes2"));
        Assert.Equal(ContentOf(bytes), ContentOf(scratch.At("bytes2")));
    }

    [Fact]
    public void Inputs_of_an_engine_are_found_among_its_bookkeeping()
    {
        string afl = scratch.At("afl");
        string queue = Directory.CreateDirectory(Path.Combine(afl, "default", "queue")).FullName;
        string crashes = Directory.CreateDirectory(Path.Combine(afl, "default", "crashes")).FullName;
        Directory.CreateDirectory(Path.Combine(queue, ".state"));
        File.WriteAllText(Path.Combine(afl, "default", "fuzzer_stats"), "runs: 1");
        File.WriteAllText(Path.Combine(queue, ".state", "id:000000"), "state");
        File.WriteAllText(Path.Combine(crashes, "README.txt"), "how to report");
        File.WriteAllBytes(Path.Combine(queue, "id_000000,time_0"), [0, 0, 1, 0, 2, 0, 0, 0, 0, 1, 0, 0, 0, 5]);
        File.WriteAllBytes(Path.Combine(queue, "id_000001,time_1"), [0, 0, 1, 0, 2, 0, 0, 0, 0, 1, 0, 0, 0, 5]);
        File.WriteAllBytes(Path.Combine(crashes, "id_000000,sig_06"), [1, 0, 2, 0, 1, 0, 0, 0, 0, 0, 3]);
        CommandResult result = CommandRunner.Run("corpus", "import", afl, "-o", scratch.At("found"));
        Assert.Equal("", result.Error);
        Assert.Equal($"{scratch.At("found")}: 2 scenarios of 3 files, 1 duplicate dropped, 0 not decoded\n", result.Output);
        string checkedNow = Output("corpus", "check", scratch.At("found"));
        Assert.EndsWith("2 files checked, 0 problems\n", checkedNow, StringComparison.Ordinal);
    }

    [Fact]
    public void What_engines_of_this_project_work_on_is_imported()
    {
        string folder = Directory.CreateDirectory(scratch.At("inputs")).FullName;
        (string name, EngineInput input) = StartInputs.Seeds()[0];
        File.WriteAllBytes(Path.Combine(folder, "seeded"), StartInputs.BytesOf(input));
        Output("corpus", "import", folder, "-o", scratch.At("found"));
        string found = File.ReadAllText(Directory.GetFiles(scratch.At("found"))[0]);
        Assert.EndsWith(ScenarioFormatter.Format(input.Scenario), found, StringComparison.Ordinal);
        Assert.NotEmpty(name);
    }

    [Fact]
    public void Text_is_imported_too_and_what_is_no_scenario_is_named()
    {
        string mixed = Directory.CreateDirectory(scratch.At("mixed")).FullName;
        File.WriteAllText(Path.Combine(mixed, "a.scn"), Pause);
        File.WriteAllText(Path.Combine(mixed, "b.scn"), "A: pose()\n");
        File.WriteAllBytes(Path.Combine(mixed, "huge"), new byte[(1 << 20) + 1]);
        CommandResult result = CommandRunner.Run("corpus", "import", mixed, "-o", scratch.At("found"));
        Assert.Equal(CommandExit.BadInput, result.ExitCode);
        Assert.Equal($"{scratch.At("found")}: 1 scenario of 3 files, 0 duplicates dropped, 2 not decoded\n", result.Output);
        string[] lines = result.Error.TrimEnd('\n').Split('\n');
        Assert.StartsWith($"{mixed}/b.scn:1:", lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"{mixed}/huge: this is longer than", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stats")]
    [InlineData("check")]
    [InlineData("merge", "-o", "OUT")]
    [InlineData("minimize")]
    [InlineData("import", "-o", "OUT")]
    [InlineData("export", "--bytes", "-o", "OUT")]
    public void What_is_no_corpus_is_refused(string part, params string[] options)
    {
        string[] rest = [.. options.Select(each => each == "OUT" ? scratch.At("out") : each)];
        string missing = scratch.At("missing");
        AssertRefused($"{missing}: no such directory", ["corpus", part, missing, .. rest]);
        string empty = Directory.CreateDirectory(scratch.At("empty")).FullName;
        AssertRefused($"{empty}: no ", ["corpus", part, empty, .. rest]);
        string file = scratch.Write("file", "text");
        AssertRefused($"{file}: this is a file", ["corpus", part, file, .. rest]);
        AssertRefused("DIR: a path is needed", ["corpus", part, "", .. rest]);
        Assert.False(Directory.Exists(scratch.At("out")));
    }

    [Fact]
    public void A_place_that_is_taken_or_cannot_be_made_is_refused()
    {
        string corpus = MakeCorpus("corpus", 1, 2);
        string file = scratch.Write("file", "text");
        AssertRefused($"{file}: there is a file already", "corpus", "merge", corpus, "-o", file);
        AssertRefused("-o: is missing", "corpus", "merge", corpus);
        AssertRefused("--bytes: is needed", "corpus", "export", corpus, "-o", scratch.At("out"));
        CommandResult result = CommandRunner.Run("corpus", "merge", corpus, "-o", Path.Combine(file, "below"));
        Assert.Equal((CommandExit.Environment, ""), (result.ExitCode, result.Output));
        Assert.Equal(1, result.Error.Count(letter => letter == '\n'));
        Assert.Equal(["corpus", "file"], NamesIn(scratch.Location));
    }

    [Fact]
    public void What_is_interrupted_changes_nothing()
    {
        string corpus = MakeCorpus("corpus", 1, 5);
        string before = ContentOf(corpus);
        string place = scratch.At("out");
        string[][] commands =
        [
            ["minimize", corpus], ["merge", corpus, "-o", place], ["export", corpus, "--bytes", "-o", place],
            ["import", corpus, "-o", place], ["stats", corpus], ["check", corpus],
        ];
        foreach (string[] command in commands)
        {
            using var stop = new CancellationTokenSource();
            stop.Cancel();
            using var error = new StringWriter();
            var context = new CommandContext { Output = TextWriter.Null, Error = error, Stop = stop.Token };
            Assert.Equal(CommandExit.Interrupted, FuzzApplication.Run(["corpus", .. command], context));
            Assert.StartsWith($"{corpus}: interrupted", error.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(before, ContentOf(corpus));
        Assert.Equal(["corpus"], NamesIn(scratch.Location));
    }

    /// <summary>Scenarios that follow from their seeds alone, so that two corpora share those of the seeds that they share.
    /// </summary>
    private string MakeCorpus(string name, int firstSeed, int count)
    {
        string folder = Directory.CreateDirectory(scratch.At(name)).FullName;
        for (int seed = firstSeed; seed < firstSeed + count; seed++)
        {
            var bytes = new byte[200];
            new Random(seed).NextBytes(bytes);
            for (int i = 0; i < 7; i++)
            {
                bytes[i] %= 6;
            }

            var scenario = new Scenario();
            ScenarioCodec.Decode(bytes, scenario, new Schedule());
            string path = Path.Combine(folder, $"{ScenarioHash.Of(scenario):x16}.scn");
            File.WriteAllText(path, ScenarioFormatter.Format(scenario));
        }

        return folder;
    }

    private void Merge(string name, params string[] corpora) =>
        Output(["corpus", "merge", .. corpora, "-o", scratch.At(name)]);

    private JsonNode Stats(string corpus) =>
        JsonNode.Parse(Output("corpus", "stats", corpus, "--schedules", "3", "--json"))!;

    private string[] HashesIn(string name) =>
        [.. NamesIn(scratch.At(name)).Select(file => Path.GetFileNameWithoutExtension(file)!.Split('-')[1])];

    private static string[] NamesIn(string folder) =>
        [.. Directory.GetFileSystemEntries(folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    private static string ContentOf(string folder) => string.Concat(NamesIn(folder)
        .Select(name => $"{name}\n{Convert.ToHexString(File.ReadAllBytes(Path.Combine(folder, name)))}\n"));

    private static string Output(params string[] arguments)
    {
        CommandResult result = CommandRunner.Run(arguments);
        Assert.Equal((CommandExit.Clean, ""), (result.ExitCode, result.Error));
        return result.Output;
    }

    private static void AssertRefused(string message, params string[] arguments)
    {
        CommandResult result = CommandRunner.Run(arguments);
        Assert.StartsWith(message, result.Error, StringComparison.Ordinal);
        Assert.Equal((CommandExit.BadInput, ""), (result.ExitCode, result.Output));
        Assert.Equal(1, result.Error.Count(letter => letter == '\n'));
    }
}
