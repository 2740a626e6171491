// What can lie where a store is expected: one line that says what and where, the right exit code, and not a byte of it changed.

namespace Managarm.Perf.Results.Store.Tests;

public sealed class StoreFileTests : IDisposable
{
    private readonly StoreSample sample = new();

    public void Dispose() => sample.Dispose();

    [Fact]
    public void A_store_is_made_for_writing_in_a_folder_that_is_made_too()
    {
        string path = Path.Combine(sample.At("new"), "folder", "results.sqlite");
        StoreSample.Put(path, StoreSample.PutAll);
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
        Assert.Equal(["wal"], RawStore.Query(path, "PRAGMA journal_mode"));
        Assert.Equal(["1"], RawStore.Query(path, "SELECT version FROM migrations"));
        RawStore.AssertSound(path);
    }

    [Fact]
    public void Reading_makes_nothing()
    {
        AssertRefused(OpenMode.Read, CommandExit.BadInput, "there is no such store");
        Assert.False(File.Exists(sample.Store));
    }

    [Fact]
    public void A_read_store_is_not_changed_and_leaves_nothing_beside_it()
    {
        sample.Put(StoreSample.PutAll);
        byte[] before = File.ReadAllBytes(sample.Store);
        sample.Export();
        Assert.Equal(before, File.ReadAllBytes(sample.Store));
        Assert.Equal([sample.Store], Directory.GetFiles(Path.GetDirectoryName(sample.Store)!));
    }

    [Theory]
    [InlineData("", "this is no results store")]
    [InlineData("SQLite", "this is no results store")]
    [InlineData(
        "a text of more than a hundred letters, which is what a header of SQLite has, and it says nothing else but this: ...",
        "this is no results store")]
    public void Another_file_is_refused_and_left_alone(string content, string message)
    {
        File.WriteAllText(sample.Store, content);
        foreach (OpenMode mode in Enum.GetValues<OpenMode>())
        {
            AssertRefused(mode, CommandExit.BadInput, message);
            Assert.Equal(content, File.ReadAllText(sample.Store));
        }
    }

    [Theory]
    [InlineData("CREATE TABLE mine (a)")]
    [InlineData("CREATE TABLE campaigns (a); CREATE TABLE migrations (version); INSERT INTO migrations VALUES (1)")]
    public void The_database_of_another_program_is_refused_and_left_alone(string sql)
    {
        RawStore.Query(sample.Store, sql);
        byte[] before = File.ReadAllBytes(sample.Store);
        AssertRefused(OpenMode.Write, CommandExit.BadInput, "this is the database of another program and no results store");
        AssertRefused(OpenMode.Read, CommandExit.BadInput, "this is the database of another program and no results store");
        Assert.Equal(before, File.ReadAllBytes(sample.Store));
    }

    [Fact]
    public void A_directory_is_refused()
    {
        Directory.CreateDirectory(sample.Store);
        AssertRefused(OpenMode.Write, CommandExit.BadInput, "this is a directory, and a store is a file");
        AssertRefused(OpenMode.Read, CommandExit.BadInput, "this is a directory, and a store is a file");
    }

    [Theory]
    [InlineData("INSERT INTO migrations VALUES (7, '')", "the store is of version 7 and this program knows 1; a newer program")]
    [InlineData("DELETE FROM migrations", "the store is damaged: it has no version")]
    [InlineData("DROP TABLE migrations", "the store is damaged: no such table: migrations")]
    [InlineData("DROP TABLE hunt_attempts", "the store is damaged: no such table: hunt_attempts")]
    [InlineData("ALTER TABLE rounds RENAME COLUMN steps TO leaps", "the store is damaged: no such column: steps")]
    public void Another_version_is_refused_and_left_alone(string sql, string message)
    {
        sample.Put(StoreSample.PutAll);
        RawStore.Query(sample.Store, sql);
        string[] before = RawStore.Query(sample.Store, "SELECT sql FROM sqlite_schema");
        AssertRefused(OpenMode.Read, CommandExit.BadInput, message);
        AssertRefused(OpenMode.Write, CommandExit.BadInput, message);
        Assert.Equal(before, RawStore.Query(sample.Store, "SELECT sql FROM sqlite_schema"));
    }

    [Theory]
    [InlineData("UPDATE rounds SET steps = 'many'", "rounds night-1 1: steps is no whole number")]
    [InlineData("UPDATE campaigns SET seed = '-1'", "campaigns night-1: seed is no seed")]
    [InlineData("UPDATE provenances SET command = 'none'", "command is no array of texts")]
    [InlineData("UPDATE findings SET scenario = x'00ff'", "scenario is no text")]
    [InlineData("DELETE FROM machines", "is missing, and rows come from it")]
    public void What_a_hand_has_written_into_it_is_told(string sql, string message)
    {
        sample.Put(StoreSample.PutAll);
        RawStore.Query(sample.Store, sql);
        var failure = Assert.Throws<CommandException>(() =>
        {
            sample.Export();
            sample.Read(store => store.ReadCampaigns());
        });
        Assert.StartsWith($"{sample.Store}: the store is damaged: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Equal(CommandExit.BadInput, failure.ExitCode);
    }

    /// <summary>A page after the other is overwritten: whatever SQLite notices is told in one line.</summary>
    [Fact]
    public void A_damaged_page_never_ends_in_anything_but_a_line()
    {
        sample.Put(StoreSample.PutAll);
        byte[] sound = File.ReadAllBytes(sample.Store);
        int told = 0;
        for (int start = 0; start < sound.Length; start += 2048)
        {
            byte[] damaged = [.. sound];
            damaged.AsSpan(start, 1024).Fill(0xA5);
            told += Told(damaged) ? 1 : 0;
        }

        Assert.True(told > 10, $"only {told} damages were told");
        for (int length = 1; length < sound.Length; length += 5000)
        {
            Assert.True(Told(sound[..length]), $"cut to {length} bytes");
        }
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_the_environments()
    {
        Assert.SkipUnless(Directory.Exists("/proc"), "there is no /proc");
        var failure = Assert.Throws<CommandException>(() => ResultsStore.Open("/proc/none/results.sqlite", OpenMode.Write));
        Assert.StartsWith("/proc/none/results.sqlite: cannot be made: ", failure.Message, StringComparison.Ordinal);
        Assert.Equal(CommandExit.Environment, failure.ExitCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_store_that_cannot_be_written_is_the_environments(bool isFolder)
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "who runs this may write everywhere");
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("there are no such modes");
            return;
        }

        sample.Put(StoreSample.PutAll);
        string locked = isFolder ? Path.GetDirectoryName(sample.Store)! : sample.Store;
        UnixFileMode mode = File.GetUnixFileMode(locked);
        File.SetUnixFileMode(locked, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            CampaignRecord other = StoreSample.Campaign with { Campaign = "night-2" };
            var failure = Assert.Throws<CommandException>(() => sample.Put(writer => writer.Put(other)));
            Assert.StartsWith($"{sample.Store}: ", failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', failure.Message);
            Assert.Equal(CommandExit.Environment, failure.ExitCode);
        }
        finally
        {
            File.SetUnixFileMode(locked, mode);
        }
    }

    /// <summary>Makers meet, several times: each finds a whole store, and what one has put in no other replaces.</summary>
    [Fact]
    public void Several_may_make_a_store_at_once()
    {
        const int Makers = 8;
        const int Times = 10;
        for (int time = 0; time < Times; time++)
        {
            string path = sample.At($"made-{time}.sqlite");
            using var start = new Barrier(Makers);
            OwnThreads.Run(Makers, number =>
            {
                start.SignalAndWait();
                StoreSample.Put(path, writer => writer.Put(StoreSample.Campaign with { Campaign = $"night-{number}" }));
            });
            Assert.Equal([$"{Makers}"], RawStore.Query(path, "SELECT count(*) FROM campaigns"));
            Assert.Equal(["1"], RawStore.Query(path, "SELECT count(*) FROM migrations"));
            Assert.Equal(time + 1, Directory.GetFiles(Path.GetDirectoryName(path)!).Length);
        }
    }

    private bool Told(byte[] content)
    {
        File.WriteAllBytes(sample.Store, content);
        try
        {
            sample.Export();
            sample.Read(store => store.ReadCampaigns());
            return false;
        }
        catch (CommandException failure)
        {
            Assert.StartsWith($"{sample.Store}: ", failure.Message, StringComparison.Ordinal);
            Assert.Equal(CommandExit.BadInput, failure.ExitCode);
            Assert.DoesNotContain('\n', failure.Message);
            return true;
        }
    }

    private void AssertRefused(OpenMode mode, int exitCode, string message)
    {
        var failure = Assert.Throws<CommandException>(() => ResultsStore.Open(sample.Store, mode));
        Assert.StartsWith($"{sample.Store}: {message}", failure.Message, StringComparison.Ordinal);
        Assert.Equal(exitCode, failure.ExitCode);
    }
}
