// The store on a real directory: addressing, deduplication, merging, and one line about everything it cannot use.

using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Corpus.Tests.Store;

public sealed class CorpusStoreTests : IDisposable
{
    private readonly string directory = Path.Combine(Path.GetTempPath(), "corpus-store-" + Path.GetRandomFileName());

    public void Dispose()
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void A_scenario_is_stored_once_under_its_hash_and_read_back_with_its_comment()
    {
        var store = new CorpusStore(directory);
        var file = Samples.Parse(Samples.Everything);
        Assert.Equal(StoreOutcome.Added, store.Add(file, "Found by a test.\n\nTwice.", out var path, out _));
        Assert.Equal(StoreOutcome.Present, store.Add(file, "Another comment.", out var samePath, out _));
        Assert.Equal(path, samePath);
        Assert.Equal($"{ScenarioHash.Of(file.Scenario):x16}.scn", Path.GetFileName(path));
        Assert.Equal("# Found by a test.\n#\n# Twice.\n" + Samples.Everything, File.ReadAllText(path));
        var entry = Assert.Single(store.Load().Entries);
        Assert.Equal("Found by a test.\n\nTwice.", entry.Comment);
        Assert.True(entry.File.Scenario.ContentEquals(file.Scenario));
        Assert.Single(Directory.GetFiles(directory));
    }

    [Fact]
    public void A_scenario_with_another_schedule_is_another_entry()
    {
        var store = new CorpusStore(directory);
        var file = Samples.Parse(Samples.Everything);
        store.Add(file, "", out _, out _);
        file.Schedule.SetHeader(1, "tristate", "managarm", 1);
        Assert.Equal(StoreOutcome.Added, store.Add(file, "", out var path, out _));
        Assert.Equal(33 + ".scn".Length, Path.GetFileName(path).Length);
        Assert.Equal(2, store.Load().Entries.Count);
    }

    [Fact]
    public void Files_that_cannot_be_used_are_reported_and_nothing_else_is_lost()
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "a-good.scn"), Samples.Everything);
        File.WriteAllText(Path.Combine(directory, "b-bad.scn"), "A: pause(\n");
        File.WriteAllText(Path.Combine(directory, "c-same.scn"), "# again\n" + Samples.Everything);
        File.WriteAllText(Path.Combine(directory, "0123456789abcdef.scn"), "A: pause()\n");
        File.WriteAllText(Path.Combine(directory, "d-large.scn"), new string('#', ScenarioParser.MaximumLength + 1));
        File.WriteAllText(Path.Combine(directory, "notes.txt"), "no scenario");
        var contents = new CorpusStore(directory).Load();
        Assert.Equal("a-good.scn", Path.GetFileName(Assert.Single(contents.Entries).FilePath));
        Assert.Equal("c-same.scn", Path.GetFileName(Assert.Single(contents.Duplicates).FilePath));
        Assert.Collection(
            contents.Errors,
            error => Assert.StartsWith(Path.Combine(directory, "0123456789abcdef.scn:1:1: the content belongs into "), error),
            error => Assert.StartsWith(Path.Combine(directory, "b-bad.scn:1:10: expected ')', found the end of "), error),
            error => Assert.StartsWith(Path.Combine(directory, "d-large.scn:1:1: the file has more than "), error));
    }

    [Fact]
    public void A_directory_that_does_not_exist_is_an_empty_store()
    {
        var contents = new CorpusStore(directory).Load();
        Assert.Empty(contents.Entries);
        Assert.Empty(contents.Errors);
    }

    [Fact]
    public void An_entry_that_was_overwritten_is_not_taken_for_the_scenario()
    {
        var store = new CorpusStore(directory);
        var file = Samples.Parse(Samples.Everything);
        store.Add(file, "", out var path, out _);
        File.WriteAllText(path, "A: pause()\n");
        Assert.Equal(StoreOutcome.Failed, store.Add(file, "", out _, out var error));
        Assert.Equal(path + ":1:1: the file holds another scenario than its name says", error);
    }

    [Fact]
    public void Merging_adds_what_is_new_and_passes_on_errors()
    {
        var source = Path.Combine(directory, "source");
        Directory.CreateDirectory(source);
        File.WriteAllText(Path.Combine(source, "a.scn"), "A: pause()\n");
        File.WriteAllText(Path.Combine(source, "b.scn"), Samples.Everything);
        File.WriteAllText(Path.Combine(source, "c.scn"), "?");
        var target = new CorpusStore(Path.Combine(directory, "target"));
        target.Add(Samples.Parse(Samples.Everything), "", out _, out _);
        var report = target.Merge(new CorpusStore(source).Load());
        Assert.Equal((1, 1, 1), (report.AddedCount, report.PresentCount, report.Errors.Count));
        var again = target.Merge(new CorpusStore(source).Load());
        Assert.Equal((0, 2), (again.AddedCount, again.PresentCount));
    }

    [Fact]
    public void A_store_that_cannot_be_written_says_so_on_one_line()
    {
        Directory.CreateDirectory(directory);
        var file = Path.Combine(directory, "file");
        File.WriteAllText(file, "");
        var store = new CorpusStore(Path.Combine(file, "below"));
        Assert.Equal(StoreOutcome.Failed, store.Add(Samples.Parse("A: pause()\n"), "", out var path, out var error));
        Assert.StartsWith(path + ": ", error);
        Assert.DoesNotContain('\n', error);
    }
}
