// Files of other people are replaced with care: a link stays a link, permissions stay, and a file that cannot be written stays as
// it was, without a temporary file beside it.

using Managarm.Perf.Corpus.Store;

namespace Managarm.Perf.Corpus.Tests.Store;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("atomic-file-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void A_link_stays_a_link_and_permissions_stay()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("needs Unix permissions");
            return;
        }

        var target = At("target.scn");
        File.WriteAllText(target, "old");
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(target, Mode);
        File.CreateSymbolicLink(At("link.scn"), "target.scn");
        AtomicFile.Replace(At("link.scn"), "new");
        Assert.Equal("new", File.ReadAllText(target));
        Assert.Equal("target.scn", new FileInfo(At("link.scn")).LinkTarget);
        Assert.Equal(Mode, File.GetUnixFileMode(target));
        Assert.Equal(2, Directory.GetFileSystemEntries(directory).Length);
    }

    [Fact]
    public void A_relative_path_and_a_relative_link_lead_to_the_file()
    {
        var target = At("target.scn");
        File.WriteAllText(target, "old");
        File.CreateSymbolicLink(At("link.scn"), "target.scn");
        AtomicFile.Replace(Path.GetRelativePath(Directory.GetCurrentDirectory(), At("link.scn")), "new");
        Assert.Equal("new", File.ReadAllText(target));
    }

    [Fact]
    public void Where_nothing_can_be_written_nothing_changes()
    {
        Directory.CreateDirectory(At("taken"));
        File.WriteAllText(At("taken/inside"), "");
        Assert.ThrowsAny<Exception>(() => AtomicFile.Write(At("taken"), "new"));
        Assert.ThrowsAny<IOException>(() => AtomicFile.Replace(At("missing"), "new"));
        Assert.Equal([At("taken")], Directory.GetFileSystemEntries(directory));
    }

    private string At(string name) => Path.Combine(directory, name);
}
